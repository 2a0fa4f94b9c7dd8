/** @file Which choices of the Attention tab change what it shows. */
import type { RunLayout } from "../run/layout.ts";
import type { Selection } from "../selection/selection.ts";

interface OfferedChoices {
  /** What attention goes to: the picture or the question. */
  readonly to: boolean;
  /** Maps or means in the cells. */
  readonly cells: boolean;
  /** The scale of the maps. */
  readonly scale: boolean;
}

/** Without a picture there are no maps, and attention to the question is all that is shown. */
export function offeredChoices(
  { imagePositions }: Pick<RunLayout, "imagePositions">,
  { flow, to, cells }: Pick<Selection, "flow" | "to" | "cells">,
): OfferedChoices {
  const hasPicture = imagePositions.length > 0;
  const isRaw = flow === "raw";
  return {
    to: hasPicture && isRaw,
    cells: hasPicture && isRaw && to === "image",
    scale: hasPicture && (!isRaw || (to === "image" && cells === "maps")),
  };
}
