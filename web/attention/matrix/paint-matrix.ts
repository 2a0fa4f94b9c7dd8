/** @file Paints small maps into pixels: one pass over the attention of all layers and heads, through a table of packed colors. */
import type { FloatTensor } from "../../../src/tensor/tensor.ts";
import { createRemembered } from "../../data/remembered.ts";

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
  const whole = maxima.length - (maxima.length % 4);
  // Four rows at a time, so that each position is read once for four of them.
  for (let row = 0; row < whole; row += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let cell = 0; cell < known.length; cell++) {
      const at = row * length + known[cell]!;
      if (data[at]! > a) a = data[at]!;
      if (data[at + length]! > b) b = data[at + length]!;
      if (data[at + 2 * length]! > c) c = data[at + 2 * length]!;
      if (data[at + 3 * length]! > d) d = data[at + 3 * length]!;
    }
    maxima.set([a, b, c, d], row);
  }
  for (let row = whole; row < maxima.length; row++) {
    for (let cell = 0; cell < known.length; cell++) {
      maxima[row] = Math.max(maxima[row]!, data[row * length + known[cell]!]!);
    }
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

/** How the cells of a lattice fall on the pixels of a map: what does not depend on the numbers. */
interface MapPlan {
  readonly across: MapAxis;
  readonly down: MapAxis;
  readonly slots: number;
  /** Stretches of neighboring positions that fall on one slot: first position, length and slot of each. */
  readonly stretches: Int32Array;
}

interface MapSize {
  readonly lattice: SmallMaps["lattice"];
  readonly cellWidth: number;
  readonly cellHeight: number;
}

const plans = createRemembered<MapPlan>();

function planOf(positions: Int32Array, { lattice: { rows, cols }, cellWidth, cellHeight }: MapSize): MapPlan {
  return plans(positions, [rows, cols, cellWidth, cellHeight].join(), () => {
    const across = mapAxis(cols, cellWidth);
    const down = mapAxis(rows, cellHeight);
    const stretches: number[] = [];
    let [end, last] = [-1, -1];
    for (let cell = 0; cell < positions.length; cell++) {
      const position = positions[cell]!;
      if (position < 0) continue;
      const slot = down.ofCell[Math.floor(cell / cols)]! * across.slots + across.ofCell[cell % cols]!;
      if (position === end && slot === last) stretches[stretches.length - 2]!++;
      else stretches.push(position, 1, slot);
      [end, last] = [position + 1, slot];
    }
    return { across, down, slots: across.slots * down.slots, stretches: Int32Array.from(stretches) };
  });
}

/** Finds the largest of the cells on each slot of a row that begins at `start`; -1 for a slot without a position. */
function poolRow(data: Float32Array, start: number, { stretches }: MapPlan, largest: Float32Array): void {
  largest.fill(-1);
  for (let k = 0; k < stretches.length; k += 3) {
    const first = start + stretches[k]!;
    const end = first + stretches[k + 1]!;
    const slot = stretches[k + 2]!;
    let most = largest[slot]!;
    for (let at = first; at < end; at++) if (data[at]! > most) most = data[at]!;
    largest[slot] = most;
  }
}

/** The largest cell on each slot of all rows, [rows, slots], as far as they were painted: other colors need no other pass. */
interface PooledRows {
  readonly plan: MapPlan;
  readonly largest: Float32Array;
  readonly isKnown: Uint8Array;
  /** Number of rows that are known. */
  count: number;
}

/** Of what was painted last: all grids, and the overview alone. */
const pooled = new WeakMap<Float32Array, readonly PooledRows[]>();
const mostPooled = 2;

/** Rows are kept only where that takes a fraction of the memory that the attention takes, and where several cells fall on a slot. */
const keptShare = 0.25;

function pooledOf({ attention, positions }: MapRows, plan: MapPlan): PooledRows | undefined {
  const length = attention.dims.at(-1)!;
  if (plan.slots > keptShare * length || plan.slots >= positions.length) return undefined;
  const known = pooled.get(attention.data) ?? [];
  const found = known.find((each) => each.plan === plan);
  if (found) return found;
  const rows = attention.data.length / length;
  const made = { plan, largest: new Float32Array(rows * plan.slots), isKnown: new Uint8Array(rows), count: 0 };
  pooled.set(attention.data, [made, ...known].slice(0, mostPooled));
  return made;
}

/** Whether small maps of this size were all painted before, so that they can be painted again at little cost. */
export function isPooled(rows: MapRows, size: MapSize): boolean {
  const kept = pooledOf(rows, planOf(rows.positions, size));
  return kept !== undefined && kept.count === kept.isKnown.length;
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
  const plan = planOf(positions, { lattice, cellWidth, cellHeight });
  const { across, down, slots: slotCount } = plan;
  if (slotCount === 0) return;
  const kept = pooledOf(source, plan);
  const scratch = new Float32Array(kept ? 0 : slotCount);
  // Opaque colors are small as signed numbers; code that runs for the first times puts large ones on the heap, one by one.
  const written = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
  const read = new Int32Array(colors.buffer, colors.byteOffset, colors.length);
  const isFlat = across.slots === cellWidth;
  for (const { row, x, y } of maps) {
    const scale = scales[row]!;
    const factor = scale > 0 ? 255 / scale : 0;
    const largest = kept?.largest.subarray(row * slotCount, (row + 1) * slotCount) ?? scratch;
    if (kept?.isKnown[row] !== 1) poolRow(data, row * length, plan, largest);
    if (kept?.isKnown[row] === 0) {
      kept.isKnown[row] = 1;
      kept.count++;
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
        written[out + i] = value < 0 ? empty : read[index > 255 ? 255 : index]!;
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
