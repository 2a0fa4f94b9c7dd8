/** @file Tests of shares of a difference, of bands of layers and of the heads that are listed. */
import { describe, expect, test } from "vitest";
import { layerBands, restoration, strongestHeads } from "./restoration.ts";

test("a pass that scores as the one it comes from is restored, whichever is higher", () => {
  expect(restoration(3, { to: 1, from: 3 })).toBe(1);
  expect(restoration(3, { to: 3, from: 1 })).toBeCloseTo(0, 12);
  expect(restoration(-2, { to: -1, from: -3 })).toBe(0.5);
  expect(restoration(0, { to: 1, from: 3 })).toBe(-0.5);
});

describe("bands of layers", () => {
  test.each([
    [6, 8, 6],
    [32, 8, 8],
    [5, 2, 2],
    [7, 3, 3],
    [1, 1, 1],
  ])("of %i layers in %i parts follow one another and are of nearly one size", (layers, asked, count) => {
    const bands = layerBands(layers, asked);
    expect(bands).toHaveLength(count);
    const every = bands.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    expect(every).toEqual(Array.from({ length: layers }, (_, layer) => layer));
    const sizes = bands.map(([first, last]) => last - first);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });
});

test("the strongest heads are those that restore at least a twentieth, largest first", () => {
  const shares = [
    [0.04, 0.3],
    [null, null],
    [0.05, 0.5],
  ];
  const heads = [
    { layer: 2, head: 1, share: 0.5 },
    { layer: 0, head: 1, share: 0.3 },
    { layer: 2, head: 0, share: 0.05 },
  ];
  expect(strongestHeads(shares, 9)).toEqual(heads);
  expect(strongestHeads(shares, 1)).toEqual(heads.slice(0, 1));
  expect(strongestHeads([], 3)).toEqual([]);
});
