/** @file A map (one number per image token) spread over the pixels of the original picture: cells, or monotone curves through their centers. */
import { finestFirst } from "../run/grids.ts";
import type { GridPlacement } from "../image/types.ts";

/** A map over the pixels of a picture. */
export interface MapField {
  readonly width: number;
  readonly height: number;
  /** Value of each pixel, [height, width]; 0 if no cell lies over it. */
  readonly values: Float32Array;
  /** Per pixel, [height, width]: 0 no cell, 1 a cell, 2 a hidden cell. Fields share it: do not write into it. */
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
  /** True for a surface through the centers of the cells that stays between neighboring values, false for flat cells. */
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
  /** The cells whose centers lie before and after each pixel, [end - start, 2]. */
  readonly source: Int32Array;
  /** Weights of the values of both, and of their slopes, [end - start, 4]. */
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

/** Weights of a cubic Hermite curve from 0 to 1: of the values at both ends, and of the slopes there. */
function hermiteWeights(t: number): readonly [number, number, number, number] {
  const after = t * t * (3 - 2 * t);
  return [1 - after, after, t * (1 - t) * (1 - t), t * t * (t - 1)];
}

/**
 * The slope of a monotone curve at a value between two others: 0 at an extreme, else the harmonic mean of both differences. So the curve
 * never leaves the range of the values beside it, which central differences (Catmull-Rom) do: these draw rings about a peak.
 * Fritsch, Butland 1984: A method for constructing local monotone piecewise cubic interpolants.
 */
function slopeBetween(before: number, value: number, after: number): number {
  const [rise, next] = [value - before, after - value];
  return rise * next > 0 ? (2 * rise * next) / (rise + next) : 0;
}

function planAxis({ origin, length, cells, pixels, scale }: Axis): AxisPlan {
  // A pixel belongs to the grid when its center does; a center on a border belongs to the cell that begins there.
  const start = Math.min(pixels, Math.max(0, Math.ceil(origin * scale - 0.5)));
  const end = Math.max(start, Math.min(pixels, Math.ceil((origin + length) * scale - 0.5)));
  const plan = {
    start,
    end,
    cell: new Int32Array(end - start),
    source: new Int32Array((end - start) * 2),
    weight: new Float32Array((end - start) * 4),
  };
  const inside = (cell: number): number => Math.min(cells - 1, Math.max(0, cell));
  for (let i = 0; i < end - start; i++) {
    const position = (((start + i + 0.5) / scale - origin) / length) * cells;
    plan.cell[i] = inside(Math.floor(position));
    const before = Math.floor(position - 0.5);
    plan.source.set([inside(before), inside(before + 1)], i * 2);
    plan.weight.set(hermiteWeights(position - 0.5 - before), i * 4);
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
function withoutHidden(
  values: Float32Array,
  { rows, cols }: Pick<GridPlan, "rows" | "cols">,
  isHidden: Uint8Array,
): Float32Array {
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

/** How one grid falls on the pixels of a field. */
interface GridPlan {
  readonly rows: number;
  readonly cols: number;
  /** Index of its first image token among those of all grids. */
  readonly first: number;
  readonly x: AxisPlan;
  readonly y: AxisPlan;
  /** How many of the grids before it lie over each of its pixels; -1 if the number is not the same everywhere. */
  readonly below: number;
}

/** What a field takes from its grids and its size, and not from the values. */
interface FieldPlan {
  /** In the order in which they are laid over one another. */
  readonly grids: readonly GridPlan[];
  /** `MapField.cover` if no cell is hidden. */
  readonly cover: Uint8Array;
}

type FieldShape = Required<Pick<MapFieldRequest, "picture" | "size" | "grids" | "overlap">>;

/**
 * How many of some grids lie over each pixel of another one; -1 if the number is not the same everywhere. It changes at borders of grids
 * alone, so that one pixel between any two of them is looked at, and not each.
 */
function gridsBelow({ x, y }: Pick<GridPlan, "x" | "y">, others: readonly Pick<GridPlan, "x" | "y">[]): number {
  const borders = (of: AxisPlan, all: readonly AxisPlan[]): number[] =>
    [of.start, ...all.flatMap(({ start, end }) => [start, end])].filter((at) => at >= of.start && at < of.end);
  const columns = borders(
    x,
    others.map((other) => other.x),
  );
  const lines = borders(
    y,
    others.map((other) => other.y),
  );
  const isIn = (at: number, { start, end }: AxisPlan): boolean => at >= start && at < end;
  let below: number | undefined;
  for (const line of lines) {
    const here = others.filter((other) => isIn(line, other.y));
    for (const column of columns) {
      let count = 0;
      for (const other of here) if (isIn(column, other.x)) count++;
      if (count !== (below ??= count)) return -1;
    }
  }
  return below ?? 0;
}

function planField({ picture, size, grids, overlap }: FieldShape): FieldPlan {
  const firsts: number[] = [];
  let count = 0;
  for (const { rows, cols } of grids) {
    firsts.push(count);
    count += rows * cols;
  }
  const plans: GridPlan[] = [];
  const cover = new Uint8Array(size.width * size.height);
  // The finest grid comes last, over the others.
  for (const index of overlap === "mean" ? grids.keys() : finestFirst(grids).reverse()) {
    const { rows, cols, box } = grids[index]!;
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
    plans.push({ rows, cols, first: firsts[index]!, x, y, below: gridsBelow({ x, y }, plans) });
    for (let line = y.start; line < y.end; line++) {
      cover.fill(1, line * size.width + x.start, line * size.width + x.end);
    }
  }
  return { grids: plans, cover };
}

/** Many maps of one picture are drawn at the same sizes: their plans are kept by the grids, as many as a page has sizes and choices. */
const knownPlans = new WeakMap<readonly GridPlacement[], ReadonlyMap<string, FieldPlan>>();
const mostPlans = 8;

function planOf(shape: FieldShape): FieldPlan {
  const { picture, size, grids, overlap } = shape;
  const key = [picture.width, picture.height, size.width, size.height, overlap].join();
  const known = knownPlans.get(grids) ?? new Map<string, FieldPlan>();
  const plan = known.get(key) ?? planField(shape);
  knownPlans.set(grids, new Map([[key, plan] as const, ...known].slice(0, mostPlans)));
  return plan;
}

// The inner loops run for each pixel of a map while the pointer moves over the page, so the sum of four is written out, and the axes'
// arrays are read into variables.

/** Writes line `j` of a surface's pixels into `into` from `at` on; lines are asked for from the first to the last, each after the other. */
type LineWriter = (into: Float32Array, at: number, j: number) => void;

function smoothLines(cells: Float32Array, { rows, cols, x, y }: GridPlan): LineWriter {
  const width = x.cell.length;
  const { source, weight } = x;
  // Slopes at the outer cells stay 0.
  const slopes = new Float32Array(cols);
  const across = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    for (let col = 1; col < cols - 1; col++) {
      const at = start + col;
      slopes[col] = slopeBetween(cells[at - 1]!, cells[at]!, cells[at + 1]!);
    }
    for (let i = 0, k = 0; i < width; i++, k += 4) {
      const [before, after] = [source[i * 2]!, source[i * 2 + 1]!];
      across[row * width + i] =
        weight[k]! * cells[start + before]! +
        weight[k + 1]! * cells[start + after]! +
        weight[k + 2]! * slopes[before]! +
        weight[k + 3]! * slopes[after]!;
    }
  }
  const down = new Float32Array(rows * width);
  for (let at = width; at < (rows - 1) * width; at++) {
    down[at] = slopeBetween(across[at - width]!, across[at]!, across[at + width]!);
  }
  return (into, at, j) => {
    const k = j * 4;
    const [p, q, r, s] = [y.weight[k]!, y.weight[k + 1]!, y.weight[k + 2]!, y.weight[k + 3]!];
    const before = y.source[j * 2]! * width;
    const after = y.source[j * 2 + 1]! * width;
    for (let i = 0; i < width; i++) {
      into[at + i] = p * across[before + i]! + q * across[after + i]! + r * down[before + i]! + s * down[after + i]!;
    }
  };
}

function flatLines(cells: Float32Array, { cols, x, y }: GridPlan): LineWriter {
  const width = x.cell.length;
  const line = new Float32Array(width);
  return (into, at, j) => {
    if (j === 0 || y.cell[j] !== y.cell[j - 1]) {
      const start = y.cell[j]! * cols;
      for (let i = 0; i < width; i++) line[i] = cells[start + x.cell[i]!]!;
    }
    into.set(line, at);
  };
}

/** A grid laid over the ones before it, none of whose cells is hidden and all of whose pixels have the same number of them below. */
function layWhole(field: Float32Array, fieldWidth: number, { x, y, below }: GridPlan, write: LineWriter): void {
  const width = x.cell.length;
  const line = new Float32Array(below === 0 ? 0 : width);
  for (let j = 0; j < y.cell.length; j++) {
    const at = (y.start + j) * fieldWidth + x.start;
    if (below === 0) {
      write(field, at, j);
      continue;
    }
    write(line, 0, j);
    for (let i = 0; i < width; i++) field[at + i] = field[at + i]! + (line[i]! - field[at + i]!) / (below + 1);
  }
}

/** The mean of grids, or the finest of them, pixel by pixel. */
interface LaidPixels {
  readonly field: Float32Array;
  readonly cover: Uint8Array;
  /** Grids whose cells are shown at each pixel; undefined if the last one counts alone. */
  readonly layers: Uint16Array | undefined;
  readonly fieldWidth: number;
}

function layPixels(
  { field, cover, layers, fieldWidth }: LaidPixels,
  { cols, x, y }: GridPlan,
  { write, isHidden }: { readonly write: LineWriter; readonly isHidden: Uint8Array },
): void {
  const width = x.cell.length;
  const line = new Float32Array(width);
  for (let j = 0; j < y.cell.length; j++) {
    write(line, 0, j);
    const cells = y.cell[j]! * cols;
    let at = (y.start + j) * fieldWidth + x.start;
    for (let i = 0; i < width; i++, at++) {
      if (isHidden[cells + x.cell[i]!] === 1) {
        if (layers !== undefined && cover[at] === 1) continue;
        cover[at] = 2;
        field[at] = 0;
        continue;
      }
      cover[at] = 1;
      const value = line[i]!;
      const count = layers === undefined ? 1 : ++layers[at]!;
      field[at] = count === 1 ? value : field[at]! + (value - field[at]!) / count;
    }
  }
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
  const plan = planOf({ picture, size, grids, overlap });
  const field = new Float32Array(size.width * size.height);
  const isMean = overlap === "mean";
  const isWhole = (hidden?.size ?? 0) === 0 && (!isMean || plan.grids.every(({ below }) => below >= 0));
  const cover = isWhole ? plan.cover : new Uint8Array(field.length);
  const layers = isMean && !isWhole ? new Uint16Array(field.length) : undefined;
  for (const grid of plan.grids) {
    const cells = grid.rows * grid.cols;
    const own = values.slice(grid.first, grid.first + cells);
    for (let cell = 0; cell < cells; cell++) if (!Number.isFinite(own[cell])) own[cell] = 0;
    if (isWhole) {
      const write = smooth ? smoothLines(own, grid) : flatLines(own, grid);
      layWhole(field, size.width, isMean ? grid : { ...grid, below: 0 }, write);
    } else {
      const isHidden = hiddenCells(hidden, grid.first, cells);
      const write = smooth ? smoothLines(withoutHidden(own, grid, isHidden), grid) : flatLines(own, grid);
      layPixels({ field, cover, layers, fieldWidth: size.width }, grid, { write, isHidden });
    }
  }
  return { width: size.width, height: size.height, values: field, cover };
}
