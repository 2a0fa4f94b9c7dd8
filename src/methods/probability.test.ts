import { describe, expect, test } from "vitest";
import { floatTensor } from "../tensor/tensor.ts";
import { largestIndices, probabilityIn, rankTokens, scoreIn } from "./probability.ts";

describe("largestIndices", () => {
  test("gives the same order as a full stable sort", () => {
    let state = 7;
    const values = Float32Array.from({ length: 200 }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % 50;
    });
    const sorted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    expect(largestIndices(values, 12)).toEqual(sorted.slice(0, 12));
  });

  test("gives every index where fewer are there than asked", () => {
    expect(largestIndices(Float32Array.of(1, 3, 2), 5)).toEqual([1, 2, 0]);
  });
});

describe("rankTokens", () => {
  test("gives softmax probabilities, also of logits whose exponentials overflow", () => {
    const logits = floatTensor([2, 3], Float32Array.of(Math.log(1), Math.log(2), Math.log(5), 1000, 1000, 1000));
    const [first, second] = rankTokens(logits, { ids: [1, 2], alternatives: 2 });
    expect(first!.probability).toBeCloseTo(0.25, 6);
    expect(first!.best.map(({ id }) => id)).toEqual([2, 1]);
    expect(first!.best[0]!.probability).toBeCloseTo(0.625, 6);
    expect(second!.probability).toBeCloseTo(1 / 3, 9);
  });

  test("refuses ids that do not match the rows", () => {
    expect(() => rankTokens(floatTensor([2, 3]), { ids: [1], alternatives: 2 })).toThrow("2 rows for 1 tokens");
  });
});

describe("scoreIn", () => {
  const logits = Float32Array.of(2, 5, -1, 500);

  test("is the log-probability, also where the probability is 0", () => {
    expect(Math.exp(scoreIn(logits.subarray(0, 3), { id: 1, score: "log-probability" }))).toBeCloseTo(
      probabilityIn(logits.subarray(0, 3), 1),
      12,
    );
    expect(scoreIn(logits, { id: 2, score: "log-probability" })).toBeCloseTo(-501, 6);
  });

  test("is the difference of the logits as a contrast, the log of the odds against the rival", () => {
    expect(scoreIn(logits, { id: 0, score: { contrast: 1 } })).toBe(-3);
    const [own, rival] = [0, 1].map((id) => probabilityIn(logits.subarray(0, 3), id));
    expect(() => scoreIn(logits, { id: 0, score: { contrast: 4 } })).toThrow("the rival 4 is none of the 4 entries");
    expect(Math.log(own! / rival!)).toBeCloseTo(scoreIn(logits, { id: 0, score: { contrast: 1 } }), 5);
  });
});
