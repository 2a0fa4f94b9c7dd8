/** @file Tests of what the page shows of a picture before a question is asked, of a model that is not loaded. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { modelPreviews } from "./model-input.ts";
import type { ModelPlace } from "./model-places.ts";

const fixture = fileURLToPath(new URL("../../test/fixtures/llava-onevision/", import.meta.url));
const place = { folder: `${fixture}checkpoint`, name: "onevision" } as ModelPlace;
const previews = modelPreviews({ loaded: () => undefined, requirePlace: () => Promise.resolve(place) });
const picture = { name: "image-rgb.png", bytes: new Uint8Array(readFileSync(`${fixture}input/image-rgb.png`)) };

test("a picture alone is shown as tiles, and one of several as a whole, if the model takes them so", async () => {
  const alone = await previews.describe("onevision", picture, { fit: "default" });
  expect(alone.grids.map(({ rows, cols }) => [rows, cols])).toEqual([
    [3, 3],
    [6, 4],
  ]);
  expect(alone.steps.at(-1)).toBe("cut into 2 x 2 tiles");
  const several = await previews.describe("onevision", picture, { fit: "default", pictures: 2 });
  // 45 x 67 pixels on a square.
  expect(several.grids).toEqual([{ rows: 3, cols: 3, box: { left: -11, top: 0, width: 67, height: 67 } }]);
  expect(several.steps[0]).toBe("pad to 67 x 67 with the mean color");
});
