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

/** How one axis of a lattice falls on pixels: several cells on one pixel, or several pixels under one cell. */
interface MapAxis {
  /** The smaller of both numbers: what is colored once. */
  readonly slots: number;
  /** Slot of each cell, and of each pixel. */
  readonly ofCell: Int32Array;
  readonly ofPixel: Int32Array;
}

function mapAxis(cells: number, pixels: number): MapAxis {
  const first = (cell: number): number => Math.floor((cell * pixels) / cells);
  const isNarrow = pixels < cells;
  const ofCell = Int32Array.from({ length: cells }, (_, cell) => (isNarrow ? first(cell) : cell));
  const ofPixel = Int32Array.from({ length: pixels }, (_, pixel) => pixel);
  if (!isNarrow) for (let cell = 0; cell < cells; cell++) ofPixel.fill(cell, first(cell), first(cell + 1));
  return { slots: Math.min(cells, pixels), ofCell, ofPixel };
}

/**
 * Paints small maps. A map larger than its lattice has flat cells; in a smaller one each pixel shows the largest of the cells that fall on
 * it, so that a single bright cell is never lost.
 */
export function paintSmallMaps({ rows: source, lattice, scales, colors, empty }: SmallMaps, placing: Placing): void {
  const { attention, positions } = source;
  const { pixels, width, cellWidth, cellHeight, maps } = placing;
  const { data } = attention;
  const length = attention.dims.at(-1)!;
  const across = mapAxis(lattice.cols, cellWidth);
  const down = mapAxis(lattice.rows, cellHeight);
  if (across.slots * down.slots === 0) return;
  // What does not depend on the map is worked out once: which positions are shown, and on which slot each falls.
  const count = positions.reduce((sum, position) => (position < 0 ? sum : sum + 1), 0);
  const known = new Int32Array(count);
  const slotOf = new Int32Array(count);
  for (let cell = 0, at = 0; cell < positions.length; cell++) {
    if (positions[cell]! < 0) continue;
    known[at] = positions[cell]!;
    slotOf[at] = down.ofCell[Math.floor(cell / lattice.cols)]! * across.slots + across.ofCell[cell % lattice.cols]!;
    at++;
  }
  const largest = new Float32Array(across.slots * down.slots);
  const isFlat = across.slots === cellWidth;
  for (const { row, x, y } of maps) {
    const start = row * length;
    const scale = scales[row]!;
    const factor = scale > 0 ? 255 / scale : 0;
    largest.fill(-1);
    for (let k = 0; k < count; k++) {
      const value = data[start + known[k]!]!;
      const slot = slotOf[k]!;
      if (value > largest[slot]!) largest[slot] = value;
    }
    for (let j = 0; j < cellHeight; j++) {
      const out = (y + j) * width + x;
      const slots = down.ofPixel[j]! * across.slots;
      if (j > 0 && down.ofPixel[j] === down.ofPixel[j - 1]) {
        pixels.copyWithin(out, out - width, out - width + cellWidth);
        continue;
      }
      for (let i = 0; i < cellWidth; i++) {
        const value = largest[slots + (isFlat ? i : across.ofPixel[i]!)]!;
        const index = (value * factor + 0.5) | 0;
        pixels[out + i] = value < 0 ? empty : colors[index > 255 ? 255 : index]!;
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
