/** @file Tests of the patches of a run's pictures by the choice of grids. */
import { expect, it } from "vitest";
import { gridChoices } from "../../src/run/grids.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { patchGeometry } from "../../src/figure/patch-geometry.ts";
import { geometryOf } from "./run-geometry.ts";

const run = openRunOf();

it.each(gridChoices)("lays patches for the choice %s as if for it alone, once", (choice) => {
  const { images } = run.document.description;
  const { imageTokens } = run.layout;
  for (const [image, picture] of images.entries()) {
    expect(geometryOf(run, image, choice)).toEqual(patchGeometry({ picture, imageTokens, image, choice }));
    expect(geometryOf(run, image, choice)).toBe(geometryOf(run, image, choice));
  }
  expect(geometryOf(run, images.length, choice)).toBeUndefined();
});

it("covers the same part of a picture with the overview as with the tiles under it, and says so by the same boxes", () => {
  const tile = (left: number) => ({ rows: 2, cols: 2, box: { left, top: 0, width: 10 / 3, height: 10 } });
  const whole = { rows: 2, cols: 2, box: { left: 0, top: 0, width: 10, height: 10 } };
  const grids = [tile(0), tile(10 / 3), tile(20 / 3), whole];
  const { document, layout } = openRunOf();
  const images = [{ ...document.description.images[0]!, width: 10, height: 10, grids }];
  const tiled = { document: { ...document, description: { ...document.description, images } }, layout: { ...layout } };
  const [each, finest, overview] = gridChoices.map((choice) => geometryOf(tiled, 0, choice)!);
  expect(overview!.grids).toEqual([whole]);
  expect(each!.covered).toEqual([whole.box]);
  expect(finest!.covered).toBe(each!.covered);
  expect(overview!.covered).toBe(each!.covered);
});
