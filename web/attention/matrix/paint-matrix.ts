/** @file Paints small maps into pixels: one pass over the attention of all layers and heads, through a table of packed colors. */
import type { FloatTensor } from "../../../src/tensor/tensor.ts";

/** What small maps are painted of: rows [rows, N] of attention, and the position of each cell of the map. */
export interface MapRows {
  /** [..., N]; a row is counted through all leading axes. */
  readonly attention: FloatTensor;
  /** Position in the sequence of each cell of the lattice, [rows, cols]; -1 where there is none. */
  readonly positions: Int32Array;
}

/** The largest cell of each map, [rows]; 0 where none is positive. */
export function mapMaxima({ attention, positions }: MapRows): Float32Array {
  const length = attention.dims.at(-1)!;
  const { data } = attention;
  const known = positions.filter((position) => position >= 0);
  const maxima = new Float32Array(length === 0 ? 0 : data.length / length);
  for (let row = 0; row < maxima.length; row++) {
    const start = row * length;
    let max = 0;
    for (let cell = 0; cell < known.length; cell++) {
      const value = data[start + known[cell]!]!;
      if (value > max) max = value;
    }
    maxima[row] = max;
  }
  return maxima;
}

/** The value at the upper end of each map's colors, [layers * heads]: of each map, of its layer, or of all of them. */
export function mapScales(maxima: Float32Array, heads: number, scale: "map" | "layer" | "all"): Float32Array {
  if (scale === "map") return maxima;
  const group = scale === "layer" ? heads : maxima.length;
  const scales = new Float32Array(maxima.length);
  for (let start = 0; start < maxima.length; start += group) {
    scales.fill(
      maxima.subarray(start, start + group).reduce((max, value) => Math.max(max, value), 0),
      start,
      start + group,
    );
  }
  return scales;
}

export interface SmallMaps {
  readonly rows: MapRows;
  readonly lattice: { readonly rows: number; readonly cols: number };
  /** Value at the upper end of the colors of each map; the lower end is 0. */
  readonly scales: Float32Array;
  /** As from `packedColors`. */
  readonly colors: Uint32Array;
  /** Color of cells without an image token. */
  readonly empty: number;
}

export interface Placing {
  /** Pixels, [height, width]. */
  readonly pixels: Uint32Array;
  readonly width: number;
  /** Size of one small map. */
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** The maps to paint, each with its row and its upper left corner. */
  readonly maps: readonly { readonly row: number; readonly x: number; readonly y: number }[];
}

/** Where each cell of an axis begins in pixels, with one more entry past the end. */
function firstPixels(cells: number, pixels: number): Int32Array {
  return Int32Array.from({ length: cells + 1 }, (_, cell) => Math.floor((cell * pixels) / cells));
}

/** The last cell that begins at each pixel or before it. */
function cellsUnder(first: Int32Array, pixels: number): Int32Array {
  const cells = new Int32Array(pixels);
  for (let cell = 0; cell + 1 < first.length; cell++)
    cells.fill(cell, first[cell], Math.max(first[cell]! + 1, first[cell + 1]!));
  return cells;
}

/**
 * Paints small maps. A map larger than its lattice has flat cells; in a smaller one each pixel shows the largest of the cells that fall on
 * it, so that a single bright cell is never lost.
 */
export function paintSmallMaps({ rows: source, lattice, scales, colors, empty }: SmallMaps, placing: Placing): void {
  const { attention, positions } = source;
  const { pixels, width, cellWidth, cellHeight, maps } = placing;
  const { rows, cols } = lattice;
  const { data } = attention;
  const length = attention.dims.at(-1)!;
  const top = firstPixels(rows, cellHeight);
  const left = firstPixels(cols, cellWidth);
  const isNarrow = cellWidth < cols;
  const under = cellsUnder(left, cellWidth);
  // One slot per pixel where several cells share one, else per cell.
  const slots = isNarrow ? cellWidth : cols;
  const largest = new Float32Array(slots).fill(-1);
  const painted = new Uint32Array(slots);
  for (const { row: map, x, y } of maps) {
    const start = map * length;
    const scale = scales[map]!;
    const factor = scale > 0 ? 255 / scale : 0;
    for (let row = 0; row < rows; row++) {
      const from = top[row]!;
      const to = top[row + 1]!;
      const cell = row * cols;
      for (let col = 0; col < cols; col++) {
        const position = positions[cell + col]!;
        if (position < 0) continue;
        const value = data[start + position]!;
        const slot = isNarrow ? left[col]! : col;
        if (value > largest[slot]!) largest[slot] = value;
      }
      // Rows of cells that share a row of pixels are gathered until the last of them.
      if (to === from) continue;
      for (let slot = 0; slot < slots; slot++) {
        const value = largest[slot]!;
        const index = (value * factor + 0.5) | 0;
        painted[slot] = value < 0 ? empty : colors[index > 255 ? 255 : index]!;
        largest[slot] = -1;
      }
      for (let line = from; line < to; line++) {
        const out = (y + line) * width + x;
        for (let pixel = 0; pixel < cellWidth; pixel++) {
          pixels[out + pixel] = painted[isNarrow ? pixel : under[pixel]!]!;
        }
      }
    }
  }
}

/** Fills cells with one color each: the mean of a head, 0 to `max`. */
export function paintMeans(
  { values, max, colors }: { readonly values: Float32Array; readonly max: number; readonly colors: Uint32Array },
  { pixels, width, cellWidth, cellHeight, maps }: Placing,
): void {
  for (const { row, x, y } of maps) {
    const index = max > 0 ? Math.min(255, Math.max(0, Math.round((values[row]! / max) * 255))) : 0;
    for (let line = 0; line < cellHeight; line++) {
      const start = (y + line) * width + x;
      pixels.fill(colors[index]!, start, start + cellWidth);
    }
  }
}
