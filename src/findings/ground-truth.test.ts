/** @file Scores of recorded maps and heads against objects whose scores follow from the recorded numbers. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellBox } from "../image/geometry.ts";
import type { Box } from "../image/types.ts";
import { attentionRow } from "../run/attention-rows.ts";
import { boxMask, type Corners } from "../run/masks.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import { openRunFile, type OpenedRun } from "../workbench/run-files.ts";
import { centerMap, scoreAgainstObject, truthScores } from "./ground-truth.ts";

const runs = fileURLToPath(new URL("../../test/browser/gallery/runs/", import.meta.url));
let arrow: OpenedRun;
let tiles: OpenedRun;
beforeAll(async () => {
  arrow = await openRunFile(`${runs}arrow.run.safetensors`);
  tiles = await openRunFile(`${runs}tiles.run.safetensors`);
});
afterAll(async () => {
  await arrow.close();
  await tiles.close();
});

const cornersOf = ({ left, top, width, height }: Box): Corners => [left, top, left + width, top + height];

/** Attention of a head at the image tokens, for the first answer token, with the places of the tokens. */
async function headMap({ run }: OpenedRun, layer: number, head: number) {
  const { description } = run;
  const { data } = await attentionRow(run, { layer, head, query: predictingPosition(description, 0) });
  return imageTokens(description).map(({ position, image, cell }) => {
    const grid = cell && description.images[image]!.grids[cell.grid]!;
    return { value: data[position]!, image, box: grid && cellBox(grid, cell) };
  });
}

describe("scoreAgainstObject()", () => {
  it("points at the patch that the head looks at most, and has its share inside", async () => {
    const map = await headMap(arrow, 3, 2);
    const best = map.reduce((most, each) => (each.value > most.value ? each : most));
    const picture = arrow.run.description.images[0]!;
    const masks = [boxMask(cornersOf(best.box!), picture)];
    const { heads, methods, references } = await scoreAgainstObject(arrow.run, { masks, token: 0 });
    const { languageHeads } = arrow.run.description.model;
    expect(heads.length % languageHeads).toBe(0);
    const { scores } = heads.find(({ layer, head }) => layer === 3 && head === 2)!;
    expect(scores).toMatchObject({ pointing: 1, iou: 1 });
    expect(scores.mass).toBeCloseTo(best.value / map.reduce((sum, { value }) => sum + value, 0), 6);
    expect(methods.map((each) => each.map)).toContain("attention");
    expect(references.find(({ reference }) => reference === "the object itself")!.scores).toEqual({
      ...{ pointing: 1, mass: 1, iou: 1, precision: 1 },
    });
    expect(references.find(({ reference }) => reference === "same everywhere")!.scores.mass).toBeCloseTo(
      1 / map.length,
      9,
    );
  });

  it.each(truthScores)("sorts methods and heads by %s, best first", async (by) => {
    const masks = [boxMask([20, 20, 130, 110], arrow.run.description.images[0]!)];
    const found = await scoreAgainstObject(arrow.run, { masks, token: 2, by });
    for (const list of [found.methods, found.heads]) {
      const scores = list.map((each) => each.scores[by]);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
  });

  it("counts overview and tiles, each by the area of its cells that is marked", async () => {
    const picture = tiles.run.description.images[0]!;
    expect(picture.grids.length).toBeGreaterThan(1);
    const right = Math.floor(picture.width / 2);
    const bottom = Math.floor(picture.height * 0.7);
    const masks = [boxMask([0, 0, right, bottom], picture)];
    const map = await headMap(tiles, tiles.run.description.model.languageLayers - 1, 0);
    const overlap = (start: number, length: number, end: number): number =>
      Math.max(0, Math.min(start + length, end) - Math.max(0, start));
    let inside = 0;
    for (const { value, image, box } of map) {
      if (box === undefined || image !== 0) continue;
      const across = overlap(box.left, box.width, right) / overlap(box.left, box.width, picture.width);
      const down = overlap(box.top, box.height, bottom) / overlap(box.top, box.height, picture.height);
      inside += value * (Number.isFinite(across * down) ? across * down : 0);
    }
    const share = inside / map.reduce((sum, { value }) => sum + value, 0);
    const { heads } = await scoreAgainstObject(tiles.run, { masks, token: 0 });
    const last = Math.max(...heads.map(({ layer }) => layer));
    const { scores } = heads.find(({ layer, head }) => layer === last && head === 0)!;
    // Pixels are counted by their centers, which moves an edge by half a pixel at most.
    expect(Math.abs(scores.mass - share)).toBeLessThan(0.02);
  });

  it("refuses an object that the model does not see, and a mask of another size", async () => {
    const picture = arrow.run.description.images[0]!;
    const nothing = boxMask([0, 0, 0, 0], picture);
    await expect(scoreAgainstObject(arrow.run, { masks: [nothing], token: 0 })).rejects.toThrow(
      "No image token lies on the marked object",
    );
    const small = boxMask([0, 0, 1, 1], { width: 2, height: 2 });
    await expect(scoreAgainstObject(arrow.run, { masks: [small], token: 0 })).rejects.toThrow(
      "The mask has 2 x 2 pixels",
    );
  });
});

it("has its largest values in the middle of each picture", () => {
  const map = centerMap(arrow.run.description);
  const { rows, cols } = arrow.run.description.images[0]!.grids[0]!;
  const best = map.indexOf(Math.max(...map));
  expect(Math.abs(Math.floor(best / cols) - (rows - 1) / 2)).toBeLessThan(1);
  expect(Math.abs((best % cols) - (cols - 1) / 2)).toBeLessThan(1);
  expect(map[0]).toBeCloseTo(Math.exp(-2 * (0.5 - 0.5 / cols) ** 2 * 8), 6);
});
