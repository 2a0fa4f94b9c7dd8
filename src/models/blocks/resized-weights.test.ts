import { describe, expect, it } from "vitest";
import { resizedWeights } from "./resized-weights.ts";

describe("resizedWeights", () => {
  // Source: torch.nn.functional.interpolate(mode="bilinear") of torch 2.13.0, of the rows of an identity.
  it.each([
    [
      5,
      3,
      [
        [0.666667, 0.333333, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0.333333, 0.666667],
      ],
    ],
    [
      7,
      4,
      [
        [0.625, 0.375, 0, 0, 0, 0, 0],
        [0, 0, 0.875, 0.125, 0, 0, 0],
        [0, 0, 0, 0.125, 0.875, 0, 0],
        [0, 0, 0, 0, 0, 0.375, 0.625],
      ],
    ],
    [
      6,
      2,
      [
        [0, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0],
      ],
    ],
    [3, 1, [[0, 1, 0]]],
  ])("from %i to %i are torch's", (from, to, expected) => {
    const weights = resizedWeights(from, to).map((parts) => {
      const row = new Array<number>(from).fill(0);
      for (const { index, weight } of parts) row[index]! += weight;
      return row;
    });
    expect(weights.flat()).toBeCloseToArray(expected.flat(), 1e-6);
  });

  it("leave a size as it is", () => {
    expect(resizedWeights(3, 3)).toEqual([0, 1, 2].map((index) => [{ index, weight: 1 }]));
    expect(resizedWeights(0, 0)).toEqual([]);
  });
});
