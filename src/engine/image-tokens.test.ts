/** @file Tests of the map from the projection's rows to image tokens: weighted sums forward, and their transpose in the backward pass. */
import { describe, expect, test } from "vitest";
import { floatTensor } from "../tensor/tensor.ts";
import type { PicturePlan } from "../models/plan.ts";
import { imageTokenRows, projectedGradients } from "./image-tokens.ts";

const input = (rows: number) => ({
  dims: [1],
  tokens: rows,
  feeds: new Map(),
  rowTokens: Array.from({ length: rows }, (_, row) => [row]),
});

/** Two inputs of two rows, a learned row, and image tokens that mix them. */
const plan: PicturePlan = {
  inputs: [input(2), input(2)],
  grids: [],
  imageTokens: [
    { rows: [{ row: 3, weight: 1 }] },
    {
      rows: [
        { row: 0, weight: 0.25 },
        { row: 2, weight: 0.75 },
      ],
    },
    { rows: [{ row: 4, weight: 1 }] },
    { rows: [{ row: 0, weight: 2 }] },
  ],
  prompt: [],
};
const projected = [floatTensor([2, 2], Float32Array.of(1, 2, 3, 4)), floatTensor([2, 2], Float32Array.of(5, 6, 7, 8))];
const learned = floatTensor([1, 2], Float32Array.of(9, 10));

describe("imageTokenRows", () => {
  test("are the weighted sums of the rows of all inputs and the learned rows", () => {
    expect([...imageTokenRows(plan, projected, learned).data]).toEqual([7, 8, 4, 5, 9, 10, 2, 4]);
  });

  test("of one row for each token are the rows themselves", () => {
    const same = { ...plan, inputs: [input(2)], imageTokens: [0, 1].map((row) => ({ rows: [{ row, weight: 1 }] })) };
    expect(imageTokenRows(same, [projected[0]!])).toBe(projected[0]);
  });
});

describe("projectedGradients", () => {
  test("are the transpose: the product with any rows is that of the image tokens", () => {
    const gradient = floatTensor([4, 2], Float32Array.of(1, -1, 2, 3, 5, 5, -2, 1));
    const back = projectedGradients(plan, gradient);
    const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const tokens = imageTokenRows(plan, projected, floatTensor([1, 2]));
    const atRows = back.reduce((sum, { data }, index) => sum + product(data, projected[index]!.data), 0);
    expect(atRows).toBeCloseTo(product(gradient.data, tokens.data), 5);
    expect([...back[1]!.data]).toEqual([1.5, 2.25, 1, -1]);
  });
});
