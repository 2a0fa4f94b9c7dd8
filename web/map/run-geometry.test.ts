/** @file Tests of the patches of a run's pictures by the choice of grids. */
import { expect, it } from "vitest";
import { gridChoices } from "../../src/run/grids.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { patchGeometry } from "./patch-geometry.ts";
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
