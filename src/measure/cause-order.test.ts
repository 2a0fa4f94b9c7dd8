/** @file Values of places spread over their neighbors, by hand and by what spreading must keep. */
import { describe, expect, it } from "vitest";
import { spreadOver } from "./cause-order.ts";

const lattice = (rows: number, cols: number, image = 0) =>
  Array.from({ length: rows * cols }, (_, i) => ({ image, row: Math.floor(i / cols), col: i % cols }));

describe("spreadOver()", () => {
  it("gives a place a quarter of its value, its neighbors an eighth, and those at its corners a sixteenth", () => {
    const values = new Float32Array(25);
    values[12] = 16;
    const spread = spreadOver(lattice(5, 5), values);
    expect(spread).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 2, 4, 2, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0]);
  });

  it("stays inside of a picture, and takes values below 0 for nothing", () => {
    const places = [...lattice(1, 2, 0), ...lattice(1, 2, 1)];
    expect(spreadOver(places, [8, 0, 0, -8])).toEqual([2, 1, 0, 0]);
  });

  it("puts a thing of several patches before one high patch", () => {
    const values = new Float32Array(100);
    for (const index of [22, 23, 32, 33]) values[index] = 5;
    values[77] = 6;
    const spread = spreadOver(lattice(10, 10), values);
    const first = [...spread.keys()].sort((a, b) => spread[b]! - spread[a]!).slice(0, 4);
    expect(first.sort((a, b) => a - b)).toEqual([22, 23, 32, 33]);
  });
});
