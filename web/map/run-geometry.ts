/** @file Where the patches of a run's pictures lie, found once for each picture and choice of grids. */
import { defaultGridChoice, type GridChoice } from "../../src/run/grids.ts";
import { createRemembered } from "../data/remembered.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import { patchGeometry, type PatchGeometry } from "../../src/figure/patch-geometry.ts";

const remembered = createRemembered<PatchGeometry>();
/** Choices that cover the same part of a picture share the boxes, so that what depends on them alone is not drawn again. */
const coverings = createRemembered<PatchGeometry["covered"]>();

/** Where the patches of a picture lie; undefined if the run has no such picture. */
export function geometryOf(
  { document, layout }: Pick<OpenRun, "document" | "layout">,
  image: number,
  choice: GridChoice = defaultGridChoice,
): PatchGeometry | undefined {
  const picture = document.description.images[image];
  if (picture === undefined) return undefined;
  const { imageTokens } = layout;
  return remembered(layout, `${image}.${choice}`, () => {
    // Both draw all grids.
    if (choice === "finest") return { ...geometryOf({ document, layout }, image, "each")!, choice };
    const geometry = patchGeometry({ picture, imageTokens, image, choice });
    const boxes = geometry.covered.map(({ left, top, width, height }) => [left, top, width, height].join(" "));
    return { ...geometry, covered: coverings(layout, [image, ...boxes].join(), () => geometry.covered) };
  });
}
