/** @file What the members of causes are called: tokens by their text, patches by their place. */
import { quoted, shownToken } from "../../figure/token-names.ts";
import { patchText } from "../../findings/evidence.ts";
import { isImagePlace } from "../../run/positions.ts";
import type { RunDescription } from "../../run/types.ts";

/** The token at a place of the key axis by its text, or by its place in the picture. */
export function causeName(description: RunDescription, place: number): string {
  return isImagePlace(description, place) ? patchText(description, place) : quoted(shownToken(description, place));
}
