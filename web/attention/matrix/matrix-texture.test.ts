import { describe, expect, it } from "vitest";
import { floatTensor } from "../../../src/tensor/tensor.ts";
import { matrixLayout } from "./matrix-layout.ts";
import { headsPerFrame, matrixPixels, rowsOfHeads, type MatrixContents } from "./matrix-texture.ts";

// Three layers of two heads, of which the layers 0 and 2 are recorded; maps of one row and two columns.
const layout = matrixLayout({ layers: 3, heads: 2, aspect: 1 }, { width: 31, height: Infinity, scale: 1 });
const colors = Uint32Array.from({ length: 256 }, (_, i) => 1000 + i);
const contents: MatrixContents = {
  layout,
  layers: [0, 2],
  rows: {
    attention: floatTensor([2, 2, 2], Float32Array.of(1, 0.5, 0.2, 0.1, 0.4, 0.4, 0, 0.8)),
    positions: Int32Array.of(0, 1),
  },
  lattice: { rows: 1, cols: 2 },
  maxima: Float32Array.of(1, 0.2, 0.4, 0.8),
  shares: Float32Array.of(0.25, 0.5, 1, 0),
  cells: "maps",
  scale: "map",
  colors,
};

/** The colors of the left and right half of a cell, by their index. */
function halves(pixels: Uint32Array, layer: number, head: number): [number, number] {
  const { cellWidth, cellHeight, gap, width } = layout;
  const y = layer * (cellHeight + gap) + Math.floor(cellHeight / 2);
  const x = head * (cellWidth + gap);
  const at = (column: number) => pixels[y * width + x + column]! - 1000;
  return [at(0), at(cellWidth - 1)];
}

describe("the pixels of the matrix", () => {
  it("show each map by its own largest patch, its layer's or that of all", () => {
    const byMap = matrixPixels(contents);
    expect([halves(byMap, 0, 0), halves(byMap, 0, 1), halves(byMap, 2, 1)]).toEqual([
      [255, 128],
      [255, 128],
      [0, 255],
    ]);
    const byLayer = matrixPixels({ ...contents, scale: "layer" });
    expect(halves(byLayer, 0, 1)).toEqual([51, Math.round(25.5)]);
    expect(halves(byLayer, 2, 0)).toEqual([128, 128]);
    const byAll = matrixPixels({ ...contents, scale: "all" });
    expect(halves(byAll, 2, 0)).toEqual([102, 102]);
  });

  it("show one color a head for means, on the scale of the largest", () => {
    const means = matrixPixels({ ...contents, cells: "means" });
    expect([halves(means, 0, 0), halves(means, 0, 1), halves(means, 2, 0), halves(means, 2, 1)]).toEqual([
      [64, 64],
      [128, 128],
      [255, 255],
      [0, 0],
    ]);
  });

  it("are transparent in gaps and where a layer is not recorded", () => {
    const pixels = matrixPixels(contents);
    const { cellWidth, cellHeight, gap, width } = layout;
    for (let y = cellHeight; y < 2 * cellHeight + 2 * gap; y++) {
      for (let x = 0; x < width; x++) expect(pixels[y * width + x]).toBe(0);
    }
    for (let x = cellWidth; x < cellWidth + gap; x++) expect(pixels[x]).toBe(0);
  });

  it("are the same if the heads are painted in parts", () => {
    const heads = contents.layers.length * layout.heads;
    const first = matrixPixels(contents, undefined, { from: 0, to: 1 });
    expect([...matrixPixels(contents, first, { from: 1, to: heads })]).toEqual([...matrixPixels(contents)]);
    const { cellHeight, gap, height } = layout;
    expect(rowsOfHeads(contents, 0, 1)).toEqual({ top: 0, bottom: cellHeight });
    expect(rowsOfHeads(contents, 1, 3)).toEqual({ top: 0, bottom: height });
    expect(rowsOfHeads(contents, 2, 100)).toEqual({ top: 2 * (cellHeight + gap), bottom: height });
    expect(headsPerFrame({ cells: "maps", lattice: { rows: 54, cols: 81 } })).toBe(228);
    expect(headsPerFrame({ cells: "maps", lattice: { rows: 2000, cols: 1000 } })).toBe(1);
    expect(headsPerFrame({ cells: "means", lattice: { rows: 54, cols: 81 } })).toBe(Infinity);
  });
});
