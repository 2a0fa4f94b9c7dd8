/** @file Where the patches of a run's pictures lie, found once for each picture and choice of grids. */
import { defaultGridChoice, type GridChoice } from "../../src/run/grids.ts";
import { createRemembered } from "../data/remembered.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { patchGeometry, type PatchGeometry } from "./patch-geometry.ts";

const remembered = createRemembered<PatchGeometry>();

/** Where the patches of a picture lie; undefined if the run has no such picture. */
export function geometryOf(
  { document, layout }: Pick<OpenRun, "document" | "layout">,
  image: number,
  choice: GridChoice = defaultGridChoice,
): PatchGeometry | undefined {
  const picture = document.description.images[image];
  if (picture === undefined) return undefined;
  const { imageTokens } = layout;
  return remembered(layout, `${image}.${choice}`, () =>
    // Both draw all grids.
    choice === "finest"
      ? { ...geometryOf({ document, layout }, image, "each")!, choice }
      : patchGeometry({ picture, imageTokens, image, choice }),
  );
}
