/** @file Tests of the painter of small maps against a loop over single pixels. */
import { describe, expect, it } from "vitest";
import { colorTable } from "../../../src/figure/color-map.ts";
import { packedColors } from "../../../src/figure/packed-colors.ts";
import { floatTensor } from "../../../src/tensor/tensor.ts";
import { isPooled, mapMaxima, mapScales, paintMeans, paintSmallMaps } from "./paint-matrix.ts";

const length = 40;
const heads = 3;
/** Numbers that look random and are the same each time. */
const attention = floatTensor(
  [2, heads, length],
  Float32Array.from({ length: 2 * heads * length }, (_, i) => ((i * 7919) % 1009) / 1009),
);
const lattice = { rows: 4, cols: 6 };
const positions = Int32Array.from({ length: 24 }, (_, cell) => (cell === 7 || cell === 20 ? -1 : 5 + cell));
const colors = packedColors("viridis");
const empty = new Uint32Array(Uint8Array.of(1, 2, 3, 255).buffer)[0]!;

/** The pixel of a map by its definition: the largest cell among those that fall on the pixel. */
function plainPixel(map: number, at: { x: number; y: number; w: number; h: number; scale: number }): number {
  const covers = (cell: number, cells: number, pixel: number, pixels: number) => {
    const first = Math.floor((cell * pixels) / cells);
    const last = Math.max(first, Math.floor(((cell + 1) * pixels) / cells) - 1);
    return pixel >= first && pixel <= last;
  };
  let value = -1;
  for (let row = 0; row < lattice.rows; row++) {
    for (let col = 0; col < lattice.cols; col++) {
      if (!covers(row, lattice.rows, at.y, at.h) || !covers(col, lattice.cols, at.x, at.w)) continue;
      const position = positions[row * lattice.cols + col]!;
      if (position >= 0) value = Math.max(value, attention.data[map * length + position]!);
    }
  }
  return value < 0 ? empty : colors[Math.min(255, Math.round((value / at.scale) * 255))]!;
}

describe("the painter of small maps", () => {
  it.each([
    ["larger than their lattice", 13, 9],
    ["of its size", 6, 4],
    ["smaller", 4, 3],
    ["smaller along one axis", 7, 2],
  ])("paints maps %s like a loop over pixels", (_, cellWidth, cellHeight) => {
    const rows = { attention, positions };
    const scales = mapScales(mapMaxima(rows), heads, "map");
    const width = 3 * (cellWidth + 1);
    const height = 2 * (cellHeight + 1);
    const pixels = new Uint32Array(width * height);
    const maps = [0, 1, 2, 3, 4, 5].map((row) => ({
      row,
      x: (row % 3) * (cellWidth + 1),
      y: Math.floor(row / 3) * (cellHeight + 1),
    }));
    paintSmallMaps({ rows, lattice, scales, colors, empty }, { pixels, width, cellWidth, cellHeight, maps });
    const expected = new Uint32Array(width * height);
    for (const { row, x, y } of maps) {
      for (let j = 0; j < cellHeight; j++) {
        for (let i = 0; i < cellWidth; i++) {
          const at = { x: i, y: j, w: cellWidth, h: cellHeight, scale: scales[row]! };
          expected[(y + j) * width + x + i] = plainPixel(row, at);
        }
      }
    }
    expect([...pixels]).toEqual([...expected]);
  });

  it("paints the same again from what it kept of a size, in other colors, in parts and of two sizes in turn", () => {
    const rows = { attention, positions };
    const scales = mapScales(mapMaxima(rows), heads, "map");
    const maps = [0, 1, 2, 3, 4, 5].map((row) => ({ row, x: row * 4, y: 0 }));
    const paint = (cellHeight: number, shown: Uint32Array, part = maps): Uint32Array => {
      const pixels = new Uint32Array(24 * cellHeight);
      const placing = { pixels, width: 24, cellWidth: 3, cellHeight, maps: part };
      paintSmallMaps({ rows, lattice, scales, colors: shown, empty }, placing);
      return pixels;
    };
    const size = { lattice, cellWidth: 3, cellHeight: 2 };
    expect(isPooled(rows, size)).toBe(false);
    paint(2, colors, maps.slice(0, 4));
    expect(isPooled(rows, size)).toBe(false);
    const first = paint(2, colors);
    expect(isPooled(rows, size)).toBe(true);
    const indices = Uint32Array.from({ length: 256 }, (_, i) => i);
    paint(3, indices);
    // With as many slots as cells nothing is kept, so that what is kept of other sizes stays.
    for (let cellHeight = lattice.rows; cellHeight < lattice.rows + 3; cellHeight++) {
      const single = { lattice, cellWidth: lattice.cols, cellHeight };
      paintSmallMaps(
        { rows, lattice, scales, colors, empty },
        { ...single, pixels: new Uint32Array(lattice.cols * cellHeight), width: lattice.cols, maps: [maps[0]!] },
      );
      expect(isPooled(rows, single)).toBe(false);
    }
    expect(isPooled(rows, size)).toBe(true);
    const again = paint(2, indices);
    for (const { row, x } of maps) {
      for (const [i, j] of [0, 1, 2].flatMap((i) => [0, 1].map((j) => [i, j] as const))) {
        const at = { x: i, y: j, w: 3, h: 2, scale: scales[row]! };
        expect(first[j * 24 + x + i]).toBe(plainPixel(row, at));
        expect(colors[again[j * 24 + x + i]!]).toBe(plainPixel(row, at));
      }
    }
  });

  it("scales each map, each layer or all maps by the largest cell that is shown", () => {
    const maxima = mapMaxima({ attention, positions });
    for (let map = 0; map < 6; map++) {
      const shown = [...positions].filter((position) => position >= 0);
      expect(maxima[map]).toBe(Math.max(...shown.map((position) => attention.data[map * length + position]!)));
    }
    const [a, b, c, d, e, f] = [...maxima] as [number, number, number, number, number, number];
    expect([...mapScales(maxima, heads, "map")]).toEqual([a, b, c, d, e, f]);
    const [first, second] = [Math.max(a, b, c), Math.max(d, e, f)];
    expect([...mapScales(maxima, heads, "layer")]).toEqual([first, first, first, second, second, second]);
    expect(new Set(mapScales(maxima, heads, "all"))).toEqual(new Set([Math.max(first, second)]));
  });

  it("gives the lowest color to a map of zeros", () => {
    const zeros = { attention: floatTensor([1, 1, length]), positions };
    const pixels = new Uint32Array(24);
    const maps = [{ row: 0, x: 0, y: 0 }];
    paintSmallMaps(
      { rows: zeros, lattice, scales: mapMaxima(zeros), colors, empty },
      { pixels, width: 6, cellWidth: 6, cellHeight: 4, maps },
    );
    expect(pixels[0]).toBe(colors[0]);
    expect(pixels[7]).toBe(empty);
  });

  it("packs colors as an ImageData holds them", () => {
    const bytes = new Uint8Array(colors.buffer);
    const table = colorTable("viridis");
    expect([...bytes.subarray(200 * 4, 200 * 4 + 4)]).toEqual([...table.subarray(600, 603), 255]);
  });

  it("fills a cell with the color of its mean", () => {
    const pixels = new Uint32Array(12);
    const placing = { pixels, width: 4, cellWidth: 2, cellHeight: 2 };
    const values = Float32Array.of(0, 0.5);
    paintMeans({ values, max: 0.5, colors }, { ...placing, maps: [{ row: 1, x: 1, y: 1 }] });
    const full = colors[255]!;
    expect([...pixels]).toEqual([0, 0, 0, 0, 0, full, full, 0, 0, full, full, 0]);
  });
});
