/** @file A map (one number per image token) spread over the pixels of the original picture: cells, or Catmull-Rom curves. */
import { finestFirst } from "../run/grids.ts";
import type { GridPlacement } from "../image/types.ts";

/** A map over the pixels of a picture. */
export interface MapField {
  readonly width: number;
  readonly height: number;
  /** Value of each pixel, [height, width]; 0 if no cell lies over it. */
  readonly values: Float32Array;
  /** Per pixel, [height, width]: 0 no cell, 1 a cell, 2 a hidden cell. */
  readonly cover: Uint8Array;
}

export interface MapFieldRequest {
  /** Size of the original picture, in pixels: the space of the grids' boxes. */
  readonly picture: { readonly width: number; readonly height: number };
  /** Size of the field; the picture's own, or smaller. */
  readonly size: { readonly width: number; readonly height: number };
  readonly grids: readonly GridPlacement[];
  /** One number per image token, in the order of the grids, each row-major. */
  readonly values: Float32Array;
  /** True for a Catmull-Rom surface through the centers of the cells, false for flat cells. */
  readonly smooth: boolean;
  /** Image tokens that are left out: their own value is not used. */
  readonly hidden?: ReadonlySet<number>;
  /** What a pixel takes if several grids lie over it: their mean, or the finest one. @default "mean" */
  readonly overlap?: "mean" | "finest";
}

/** Number of image tokens of these grids. */
export function imageTokenCount(grids: readonly GridPlacement[]): number {
  return grids.reduce((count, { rows, cols }) => count + rows * cols, 0);
}

/** Which cells each pixel along one axis reads, and with which weights. */
interface AxisPlan {
  /** First and past-last pixel whose center lies in the grid. */
  readonly start: number;
  readonly end: number;
  /** Cell under each pixel, [end - start]. */
  readonly cell: Int32Array;
  /** Four neighboring cells and their Catmull-Rom weights, [end - start, 4]. */
  readonly source: Int32Array;
  readonly weight: Float32Array;
}

interface Axis {
  /** The start and the length of the grid, in original pixels. */
  readonly origin: number;
  readonly length: number;
  readonly cells: number;
  /** Number of output pixels, and their number per original pixel. */
  readonly pixels: number;
  readonly scale: number;
}

/** Catmull, Rom 1974: the cubic through the two middle points of four, with central differences as slopes. */
function catmullRomWeights(t: number): readonly [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(-t + 2 * t2 - t3) / 2, (2 - 5 * t2 + 3 * t3) / 2, (t + 4 * t2 - 3 * t3) / 2, (t3 - t2) / 2];
}

function planAxis({ origin, length, cells, pixels, scale }: Axis): AxisPlan {
  // A pixel belongs to the grid when its center does; a center on a border belongs to the cell that begins there.
  const start = Math.min(pixels, Math.max(0, Math.ceil(origin * scale - 0.5)));
  const end = Math.max(start, Math.min(pixels, Math.ceil((origin + length) * scale - 0.5)));
  const plan = {
    start,
    end,
    cell: new Int32Array(end - start),
    source: new Int32Array((end - start) * 4),
    weight: new Float32Array((end - start) * 4),
  };
  const inside = (cell: number): number => Math.min(cells - 1, Math.max(0, cell));
  for (let i = 0; i < end - start; i++) {
    const position = (((start + i + 0.5) / scale - origin) / length) * cells;
    plan.cell[i] = inside(Math.floor(position));
    const before = Math.floor(position - 0.5);
    const weights = catmullRomWeights(position - 0.5 - before);
    for (let k = 0; k < 4; k++) {
      plan.source[i * 4 + k] = inside(before - 1 + k);
      plan.weight[i * 4 + k] = weights[k]!;
    }
  }
  return plan;
}

/** Which cells of the grid that begins at image token `first` are hidden, [cells]. */
function hiddenCells(hidden: ReadonlySet<number> | undefined, first: number, count: number): Uint8Array {
  const cells = new Uint8Array(count);
  for (const token of hidden ?? []) if (token >= first && token < first + count) cells[token - first] = 1;
  return cells;
}

/** The grid's values with hidden cells replaced by the mean of their shown neighbors, so that they do not pull the surface. */
function withoutHidden(values: Float32Array, { rows, cols }: GridPlacement, isHidden: Uint8Array): Float32Array {
  if (!isHidden.includes(1)) return values;
  const filled = values.slice();
  for (let cell = 0; cell < rows * cols; cell++) {
    if (isHidden[cell] === 0) continue;
    const row = Math.floor(cell / cols);
    const col = cell % cols;
    let sum = 0;
    let count = 0;
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(cols - 1, col + 1); c++) {
        if (isHidden[r * cols + c] === 1) continue;
        sum += values[r * cols + c]!;
        count++;
      }
    }
    filled[cell] = count > 0 ? sum / count : 0;
  }
  return filled;
}

interface GridPlan {
  readonly x: AxisPlan;
  readonly y: AxisPlan;
}

// The inner loops run for each pixel of a map while the pointer moves over the page, so the sum of four is written out, and the axes'
// arrays are read into variables.

/** Writes one line of a surface's pixels, [width]; lines are asked for from the first to the last. */
type LineWriter = (line: Float32Array, j: number) => void;

function smoothLines(cells: Float32Array, cols: number, { x, y }: GridPlan): LineWriter {
  const width = x.cell.length;
  const rows = cells.length / cols;
  const { source, weight } = x;
  const across = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    for (let i = 0, k = 0; i < width; i++, k += 4) {
      across[row * width + i] =
        weight[k]! * cells[start + source[k]!]! +
        weight[k + 1]! * cells[start + source[k + 1]!]! +
        weight[k + 2]! * cells[start + source[k + 2]!]! +
        weight[k + 3]! * cells[start + source[k + 3]!]!;
    }
  }
  return (line, j) => {
    const k = j * 4;
    const [p, q, r, s] = [y.weight[k]!, y.weight[k + 1]!, y.weight[k + 2]!, y.weight[k + 3]!];
    const a = y.source[k]! * width;
    const b = y.source[k + 1]! * width;
    const c = y.source[k + 2]! * width;
    const d = y.source[k + 3]! * width;
    for (let i = 0; i < width; i++) {
      line[i] = p * across[a + i]! + q * across[b + i]! + r * across[c + i]! + s * across[d + i]!;
    }
  };
}

function flatLines(cells: Float32Array, cols: number, { x, y }: GridPlan): LineWriter {
  return (line, j) => {
    if (j > 0 && y.cell[j] === y.cell[j - 1]) return;
    const start = y.cell[j]! * cols;
    for (let i = 0; i < line.length; i++) line[i] = cells[start + x.cell[i]!]!;
  };
}

/**
 * Spreads a map over the picture. A pixel takes the cell that holds its center; if several grids lie over one pixel
 * (tiles and an overview) it takes their mean, or the finest one, so that the unit stays "per image token". Parts of the grids outside of
 * the picture (padding) are left out. Throws an Error if the number of values is not that of the image tokens.
 */
export function spreadMap(request: MapFieldRequest): MapField {
  const { picture, size, grids, values, smooth, hidden, overlap = "mean" } = request;
  const count = imageTokenCount(grids);
  if (values.length !== count) {
    throw new Error(`map: ${grids.length} grids hold ${count} image tokens, got ${values.length} values.`);
  }
  const field = new Float32Array(size.width * size.height);
  const cover = new Uint8Array(size.width * size.height);
  const layers = new Uint16Array(size.width * size.height);
  const firsts: number[] = [];
  for (const { rows, cols } of grids) firsts.push((firsts.at(-1) ?? 0) + rows * cols);
  const isMean = overlap === "mean";
  // The finest grid comes last, over the others.
  for (const index of isMean ? grids.keys() : finestFirst(grids).reverse()) {
    const grid = grids[index]!;
    const { rows, cols, box } = grid;
    const first = firsts[index]! - rows * cols;
    const isHidden = hiddenCells(hidden, first, rows * cols);
    const own = values.slice(first, first + rows * cols);
    for (let cell = 0; cell < own.length; cell++) if (!Number.isFinite(own[cell])) own[cell] = 0;
    const x = planAxis({
      origin: box.left,
      length: box.width,
      cells: cols,
      pixels: size.width,
      scale: size.width / picture.width,
    });
    const y = planAxis({
      origin: box.top,
      length: box.height,
      cells: rows,
      pixels: size.height,
      scale: size.height / picture.height,
    });
    const write = smooth
      ? smoothLines(withoutHidden(own, grid, isHidden), cols, { x, y })
      : flatLines(own, cols, { x, y });
    const width = x.cell.length;
    const line = new Float32Array(width);
    const hidesSome = isHidden.includes(1);
    for (let j = 0; j < y.cell.length; j++) {
      write(line, j);
      const cells = y.cell[j]! * cols;
      let at = (y.start + j) * size.width + x.start;
      for (let i = 0; i < width; i++, at++) {
        if (hidesSome && isHidden[cells + x.cell[i]!] === 1) {
          if (isMean && cover[at] === 1) continue;
          cover[at] = 2;
          field[at] = 0;
          continue;
        }
        cover[at] = 1;
        const value = line[i]!;
        const count = isMean ? ++layers[at]! : 1;
        field[at] = count === 1 ? value : field[at]! + (value - field[at]!) / count;
      }
    }
  }
  return { width: size.width, height: size.height, values: field, cover };
}
