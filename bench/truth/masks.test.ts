/** @file Covered shares against counting by hand. */
import { describe, expect, it } from "vitest";
import { boxMask, coveredShares } from "./masks.ts";

describe("coveredShares()", () => {
  it("counts the pixels of each cell", () => {
    const mask = boxMask([1, 0, 3, 3], { width: 4, height: 4 });
    const grid = { rows: 2, cols: 2, box: { left: 0, top: 0, width: 4, height: 4 } };
    expect([...coveredShares(grid, mask)]).toEqual([0.5, 0.5, 0.25, 0.25]);
  });

  it("adds up to the mask's area where the grid covers the picture", () => {
    const mask = boxMask([3, 5, 17, 11], { width: 28, height: 14 });
    const grid = { rows: 7, cols: 14, box: { left: 0, top: 0, width: 28, height: 14 } };
    const total = coveredShares(grid, mask).reduce((sum, share) => sum + share, 0);
    expect(total * 2 * 2).toBeCloseTo(14 * 6, 9);
  });

  it("is 0 for cells beyond the picture", () => {
    const mask = boxMask([0, 0, 4, 4], { width: 4, height: 4 });
    const grid = { rows: 2, cols: 1, box: { left: 0, top: -4, width: 4, height: 8 } };
    expect([...coveredShares(grid, mask)]).toEqual([0, 1]);
  });

  it("cuts a box at the picture's edges", () => {
    const { inside } = boxMask([-2, -2, 1, 9], { width: 2, height: 2 });
    expect([...inside]).toEqual([1, 0, 1, 0]);
  });
});
