/** @file Tests of positions by place against those that PyTorch 2.13 gives on a CPU (`SmolVLMVisionEmbeddings`). */
import { describe, expect, test } from "vitest";
import { placePositions } from "./place-positions.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("placePositions", () => {
  test.each([1, 2, 4, 14, 16, 24, 26, 27, 32])("gives %i patches the positions of their own grid in order", (side) => {
    expect(placePositions(side, side)).toEqual(upTo(side));
  });

  test("spreads other numbers of patches evenly", () => {
    expect(placePositions(8, 4)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(placePositions(4, 8)).toEqual([0, 2, 4, 6]);
    expect(placePositions(7, 3)).toEqual([0, 0, 0, 1, 1, 2, 2]);
  });

  // Rounding puts some patches that lie on a border on the position before; which ones depends on how PyTorch makes the borders.
  test.each([
    [19, 19, [...upTo(12), 11, ...upTo(19).slice(13)]],
    [25, 20, [0, 0, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 15, 16, 17, 18, 19]],
    [29, 29, [0, 1, 2, 2, 4, 5, 5, 7, 8, 9, 10, 11, 12, ...upTo(24).slice(13), 23, 25, 26, 27, 28]],
  ])("rounds %i patches over %i positions as PyTorch does", (patches, side, expected) => {
    expect(placePositions(patches, side)).toEqual(expected);
  });
});
