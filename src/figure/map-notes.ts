/** @file What the marks on a map mean, in words below it. */
import { unseenShare } from "../image/geometry.ts";
import type { GridPlacement } from "../image/types.ts";
import { formatPercent } from "./figure-style.ts";

/** What the outline holds; empty if nothing is outlined. */
export function topNote(share: number): string {
  return share > 0 ? `outlined: the top patches, ${formatPercent(share)} of the map` : "";
}

/** A smaller share of a picture is not worth a word. */
const namedShare = 0.005;

/** The part of a picture that the model does not see; empty if it sees all of it. */
export function unseenNote(
  picture: { readonly width: number; readonly height: number },
  grids: readonly Pick<GridPlacement, "box">[],
): string {
  const share = unseenShare(picture, grids);
  return share < namedShare ? "" : `the model does not see ${formatPercent(share)} of the picture (hatched)`;
}
