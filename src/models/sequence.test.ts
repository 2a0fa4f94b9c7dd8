/** @file Tests of positions and masks: one axis, three axes around pictures, and what comes after the prompt. */
import { describe, expect, test } from "vitest";
import type { LanguageConfig } from "../checkpoint/types.ts";
import type { PicturePlan } from "./plan.ts";
import { sequencePlan } from "./sequence.ts";
import { cellsOf } from "./square-tower.ts";

const config: LanguageConfig = {
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
    const plan = sequencePlan(config, { length: 3, pictures: [] });
    expect([0, 2, 3, 9].map((token) => plan.positionOf(token))).toEqual([[0], [2], [3], [9]]);
  });

  test("of three axes go on after the longer side of each picture", () => {
    // Text, 2 x 3, text, 2 x 1, text; a picture directly after another begins at the end of that one.
    const pictures = [
      { plan: pictureOf(2, 3), positions: [1, 2, 3, 4, 5, 6] },
      { plan: pictureOf(2, 1), positions: [8, 9] },
      { plan: pictureOf(1, 1), positions: [10] },
    ];
    const plan = sequencePlan(axial, { length: 12, pictures });
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
    const { sin } = sequencePlan(axial, { length: 6, pictures }).rotary(0, [5], 6);
    // Temporal 0 for two pairs, row 1, column 2.
    const expected = [0, 0, Math.sin(100 ** (-4 / 8)), Math.sin(2 * 100 ** (-6 / 8))];
    expect(sin.data).toBeCloseToArray(expected, 1e-6);
  });

  test("take turns from pair to pair if they are interleaved, and the rest is temporal", () => {
    const pictures = [{ plan: pictureOf(2, 3), positions: [1, 2, 3, 4, 5, 6] }];
    const interleaved = { ...axial, ropeInterleaved: true } as const;
    const { sin } = sequencePlan(interleaved, { length: 7, pictures }).rotary(0, [6], 7);
    // Temporal 1, row 2, column 3, temporal 1.
    const expected = [1, 2, 3, 1].map((position, pair) => Math.sin(position * 100 ** ((-2 * pair) / 8)));
    expect(sin.data).toBeCloseToArray(expected, 1e-6);
  });

  test("turn by long factors once a sequence is longer than the original positions", () => {
    const rope = {
      type: "longrope",
      theta: 100,
      shortFactors: [1, 2],
      longFactors: [4, 8],
      originalMaxPositions: 5,
      attentionFactor: 1.5,
    } as const;
    const plan = sequencePlan({ ...config, rope, rotaryWidth: 4 }, { length: 3, pictures: [] });
    expect(plan.rotary(0, [3], 5).sin.data).toBeCloseToArray([1.5 * Math.sin(3), 1.5 * Math.sin(3 / 2 / 10)], 1e-6);
    expect(plan.rotary(0, [3], 6).sin.data).toBeCloseToArray([1.5 * Math.sin(3 / 4), 1.5 * Math.sin(3 / 8 / 10)], 1e-6);
  });
});

describe("masks", () => {
  const no = -Infinity;
  const plan = sequencePlan(config, { length: 3, pictures: [] });

  test("hide what comes after the query", () => {
    expect([...plan.mask(0, 3).data]).toEqual([0, no, no, 0, 0, no, 0, 0, 0]);
  });

  test("of some rows hide their own position too", () => {
    expect([...plan.rowMask(0, [2, 0], 3).data]).toEqual([0, 0, no, no, no, no]);
  });

  /** By row: the keys that it sees, "1" for each. */
  const sight = (changed: Partial<LanguageConfig>, { kind, length = 7 }: { kind: number; length?: number }) => {
    const pictures = [{ plan: pictureOf(1, 3), positions: [1, 2, 3] }];
    const { data } = sequencePlan({ ...config, ...changed }, { length: 5, pictures }).mask(kind, length);
    return Array.from({ length }, (_, row) =>
      [...data.subarray(row * length, (row + 1) * length)].map((value) => (value === 0 ? "1" : ".")).join(""),
    );
  };
  const window = { size: 2, layers: [1] };

  test("of a window hide what lies further back", () => {
    expect(sight({ window }, { kind: 1, length: 4 })).toEqual(["1...", "11..", ".11.", "..11"]);
    const { kindOf, isCausal, seesAhead } = sequencePlan({ ...config, window }, { length: 3, pictures: [] });
    expect([kindOf(0), kindOf(1), isCausal(0), isCausal(1), seesAhead]).toEqual([0, 1, true, false, false]);
  });

  // Source: the masks of Gemma 3 and PaliGemma in transformers 5.24, `create_masks_for_vision_model` and `block_sequence_ids`.
  test("let the image tokens of a picture see each other, as far back as the window of a layer", () => {
    const both = { visibility: "pictures", window } as const;
    expect(sight(both, { kind: 0 })).toEqual([
      "1......",
      "1111...",
      "1111...",
      "1111...",
      "11111..",
      "111111.",
      "1111111",
    ]);
    expect(sight(both, { kind: 1 })).toEqual([
      "1......",
      "1111...",
      ".111...",
      "..11...",
      "...11..",
      "....11.",
      ".....11",
    ]);
  });

  test("let a prompt see all of itself through any window, and the answer what came before it", () => {
    const both = { visibility: "prefix", window } as const;
    const prompt = new Array<string>(5).fill("11111..");
    expect(sight(both, { kind: 0 })).toEqual([...prompt, "111111.", "1111111"]);
    expect(sight(both, { kind: 1 })).toEqual([...prompt, "....11.", ".....11"]);
    expect(sequencePlan({ ...config, ...both }, { length: 5, pictures: [] }).seesAhead).toBe(true);
  });
});
