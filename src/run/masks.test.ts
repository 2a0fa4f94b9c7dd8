/** @file Covered shares against counting by hand. */
import { describe, expect, it } from "vitest";
import { boxMask, coverage, coveredShares, maskOfPixels, unitedMask } from "./masks.ts";
import type { RunDescription } from "./types.ts";

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

it("is inside where a pixel is light, by its first channel", () => {
  const size = { width: 2, height: 1, name: "m.png" };
  expect([...maskOfPixels([255, 0, 0, 127, 9, 9], size).inside]).toEqual([1, 0]);
  expect([...maskOfPixels([128, 0], size).inside]).toEqual([1, 0]);
  expect(() => maskOfPixels([255, 255], size)).toThrow('The mask "m.png" is white everywhere, or transparent');
});

it("unites masks", () => {
  const size = { width: 3, height: 1 };
  expect([...unitedMask([boxMask([0, 0, 1, 1], size), boxMask([2, 0, 3, 1], size)]).inside]).toEqual([1, 0, 1]);
});

describe("coverage()", () => {
  const box = { left: 0, top: 0, width: 4, height: 4 };
  const picture = { name: "a.png", width: 4, height: 4, grids: [{ rows: 1, cols: 2, box }] };
  // The second picture is seen twice: as a whole, and by its left half; a token without a place follows.
  const images = [
    picture,
    {
      ...picture,
      grids: [
        { rows: 1, cols: 1, box },
        { rows: 1, cols: 1, box: { ...box, width: 2 } },
      ],
    },
  ];
  const cells = [[0, 0], [0, 1], [1, 0], [1, 0], [1]] as const;
  const tokens = cells.map(([image, col]) => ({ role: "image", image, ...(col === undefined ? {} : { row: 0, col }) }));
  const description = { tokens, memory: [], images } as unknown as Pick<RunDescription, "tokens" | "memory" | "images">;
  const left = boxMask([0, 0, 2, 4], picture);

  it("has a share for every image token of every picture", () => {
    expect([...coverage(description, [left])]).toEqual([1, 0, 0, 0, 0]);
    expect([...coverage(description, [undefined, left])]).toEqual([0, 0, 0.5, 1, 0]);
    expect([...coverage(description, [left, left])]).toEqual([1, 0, 0.5, 1, 0]);
  });

  it("refuses a mask of another size, and one of no picture", () => {
    expect(() => coverage(description, [boxMask([0, 0, 1, 1], { width: 4, height: 5 })])).toThrow(
      "The mask has 4 x 5 pixels, the picture a.png 4 x 4.",
    );
    expect(() => coverage(description, [undefined, undefined, left])).toThrow("a mask for picture 2");
  });
});
