/** @file Tests of positions and masks: one axis, three axes around pictures, and what comes after the prompt. */
import { describe, expect, test } from "vitest";
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { PicturePlan } from "./plan.ts";
import { causalPlan } from "./sequence.ts";
import { cellsOf } from "./square-tower.ts";

const config: LanguageConfig = {
  kind: "llama",
  width: 8,
  layers: 1,
  heads: 1,
  keyValueHeads: 1,
  headWidth: 8,
  intermediate: 4,
  vocabulary: 9,
  activation: "silu",
  rmsNormEps: 1e-5,
  rope: { type: "default", theta: 100 },
  maxPositions: 100,
  attentionBias: true,
  attentionOutputBias: false,
  mlpBias: false,
  tiedEmbeddings: false,
};
const axial: LanguageConfig = { ...config, ropeSections: [2, 1, 1] };

function pictureOf(rows: number, cols: number): PicturePlan {
  const grid = { rows, cols, box: { left: 0, top: 0, width: 1, height: 1 } };
  const imageTokens = cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] }));
  return { inputs: [], grids: [grid], imageTokens, prompt: [{ imageTokens: rows * cols }] };
}

describe("positions", () => {
  test("of one axis count the tokens, through the prompt and beyond it", () => {
    const plan = causalPlan(config, { length: 3, pictures: [] });
    expect([0, 2, 3, 9].map((token) => plan.positionOf(token))).toEqual([[0], [2], [3], [9]]);
  });

  test("of three axes go on after the longer side of each picture", () => {
    // Text, 2 x 3, text, 2 x 1, text; a picture directly after another begins at the end of that one.
    const pictures = [
      { plan: pictureOf(2, 3), positions: [1, 2, 3, 4, 5, 6] },
      { plan: pictureOf(2, 1), positions: [8, 9] },
      { plan: pictureOf(1, 1), positions: [10] },
    ];
    const plan = causalPlan(axial, { length: 12, pictures });
    expect(Array.from({ length: 14 }, (_, token) => plan.positionOf(token))).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [1, 1, 2],
      [1, 1, 3],
      [1, 2, 1],
      [1, 2, 2],
      [1, 2, 3],
      [4, 4, 4],
      [5, 5, 5],
      [5, 6, 5],
      [7, 7, 7],
      [8, 8, 8],
      [9, 9, 9],
      [10, 10, 10],
    ]);
  });

  test("turn each section of a head's pairs by its own axis", () => {
    const pictures = [{ plan: pictureOf(2, 3), positions: [0, 1, 2, 3, 4, 5] }];
    const { sin } = causalPlan(axial, { length: 6, pictures }).rotary(0, [5]);
    // Temporal 0 for two pairs, row 1, column 2.
    const expected = [0, 0, Math.sin(100 ** (-4 / 8)), Math.sin(2 * 100 ** (-6 / 8))];
    expect(sin.data).toBeCloseToArray(expected, 1e-6);
  });
});

describe("masks", () => {
  const no = -Infinity;
  const plan = causalPlan(config, { length: 3, pictures: [] });

  test("hide what comes after the query", () => {
    expect([...plan.mask(0, 3).data]).toEqual([0, no, no, 0, 0, no, 0, 0, 0]);
  });

  test("of some rows hide their own position too", () => {
    expect([...plan.rowMask(0, [2, 0], 3).data]).toEqual([0, 0, no, no, no, no]);
  });
});
