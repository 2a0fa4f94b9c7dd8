/** @file The options that name a place of the picture: patches by number, or a region in pixels. */
import type { RunDescription } from "../run/types.ts";
import { quote } from "../json/quote.ts";
import { patchPositions, regionPositions } from "../measure/evidence-choice.ts";
import { readIndexList } from "./index-list.ts";
import { UsageError } from "./usage-error.ts";

function regionOf(text: string): { left: number; top: number; width: number; height: number } {
  const numbers = text.split(",").map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : NaN));
  const [left, top, width, height] = numbers;
  if (numbers.length !== 4 || numbers.some(Number.isNaN)) {
    throw new UsageError(`--region must be LEFT,TOP,WIDTH,HEIGHT in pixels, got ${quote(text)}.`);
  }
  return { left: left!, top: top!, width: width!, height: height! };
}

/** Positions of the image tokens that `--patches` and `--region` name; none if both are left out. Throws if one does not exist. */
export function placePositions(
  description: RunDescription,
  { patches, region }: { readonly patches?: string; readonly region?: string },
): number[] {
  return [
    ...(patches === undefined ? [] : patchPositions(description, readIndexList(patches, "patches"))),
    ...(region === undefined ? [] : regionPositions(description, regionOf(region))),
  ];
}
