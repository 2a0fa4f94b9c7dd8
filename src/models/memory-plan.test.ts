/** @file Tests of which tokens see which picture behind the sequence. */
import { describe, expect, test } from "vitest";
import { floatTensor } from "../tensor/tensor.ts";
import { memoryPlan, tokensThatSee } from "./memory-plan.ts";
import type { PicturePlan, PlannedPrompt, SequencePlan } from "./plan.ts";

/** A picture of four image tokens, of which three can be seen. */
const picture: PicturePlan = {
  inputs: [],
  grids: [],
  imageTokens: Array.from({ length: 4 }, (_, row) => ({ rows: [{ row, weight: 1 }] })),
  memory: { visible: 3 },
  prompt: [{ imageTokens: 1 }],
};

const prompt = (length: number, ...starts: number[]): PlannedPrompt => ({
  length,
  pictures: starts.map((start) => ({ plan: picture, positions: [start] })),
});

const sequence: SequencePlan = {
  memoryTokens: 0,
  seesAhead: false,
  kindOf: () => 0,
  readsMemory: () => false,
  sees: (rows) => floatTensor([rows.length, 1]),
  isCausal: () => true,
  positionOf: (row) => [row],
  rotary: () => ({ cos: floatTensor([0]), sin: floatTensor([0]) }),
  mask: (_, length, rows = []) => floatTensor([rows.length, length]),
  rowMask: (_, rows, length) => floatTensor([rows.length, length]),
};

describe("tokens that see a picture", () => {
  // By get_cross_attention_token_mask of transformers 5.24.
  test.each([
    [[4], [[4, Infinity]]],
    [
      [2, 6],
      [
        [2, 6],
        [6, Infinity],
      ],
    ],
    [
      [2, 6, 7],
      [
        [2, 6],
        [6, Infinity],
        [7, Infinity],
      ],
    ],
    [
      [2, 3, 8],
      [
        [2, 8],
        [3, 8],
        [8, Infinity],
      ],
    ],
  ])("of pictures at %j stand in %j", (starts, stretches) => {
    const expected = stretches.map(([start, end]) => ({ start, end }));
    expect(tokensThatSee(prompt(10, ...starts))).toEqual(expected);
  });
});

describe("the plan of a sequence with memory", () => {
  const layers = new Set([1, 3]);
  const plan = memoryPlan(sequence, { layers, prompt: prompt(8, 2, 5) });
  const kind = plan.kindOf(1);

  test("gives the layers that read it a kind of their own", () => {
    expect(plan.memoryTokens).toBe(8);
    expect([0, 1, 2, 3].map((layer) => plan.readsMemory(plan.kindOf(layer)))).toEqual([false, true, false, true]);
  });

  test("lets a token see its picture without empty tiles, and a token before all pictures read everything", () => {
    const hidden = -Infinity;
    const { dims, data } = plan.mask(kind, 8, [1, 3, 5, 9]);
    expect(dims).toEqual([4, 8]);
    expect([...data]).toEqual([
      ...[0, 0, 0, 0, 0, 0, 0, 0],
      ...[0, 0, 0, hidden, hidden, hidden, hidden, hidden],
      ...[hidden, hidden, hidden, hidden, 0, 0, 0, hidden],
      ...[hidden, hidden, hidden, hidden, 0, 0, 0, hidden],
    ]);
    expect([...plan.sees([1, 3, 5, 9]).data]).toEqual([0, 1, 1, 1]);
  });

  test("is the plan of the sequence without a picture", () => {
    expect(memoryPlan(sequence, { layers, prompt: prompt(8) })).toBe(sequence);
  });
});
