/** @file Where the cells of the matrix of layers and heads stand, in whole device pixels: the largest cells that fit. */

export interface MatrixShape {
  readonly layers: number;
  readonly heads: number;
  /** Height by width of a cell. */
  readonly aspect: number;
}

export interface MatrixSpace {
  /** In CSS pixels; Infinity where the page scrolls. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
  /** How many times as large cells are as they fit. @default 1 */
  readonly zoom?: number;
}

/** In device pixels. */
export interface MatrixLayout {
  readonly layers: number;
  readonly heads: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly gap: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** Too many cells to be seen at once: it scrolls, beside an overview. */
  readonly scrolls: boolean;
}

/** Up to this many heads cells stand well apart. */
export const fewHeads = 8;
/** Beyond this many layers or heads the matrix scrolls. */
const mostAtOnce = 64;
const smallestCell = 4;
/** Cells are not made smaller than this to fit a low window; the page scrolls instead. */
const pointableCell = 9;
const scrollingCell = 14;
const gapPx = { few: 5, many: 1 };

/** Lays the matrix out. Cells keep their aspect but for rounding, and are never smaller than can be pointed at. */
export function matrixLayout(
  { layers, heads, aspect }: MatrixShape,
  { width, height, scale, zoom = 1 }: MatrixSpace,
): MatrixLayout {
  const gap = Math.max(1, Math.round((heads > fewHeads ? gapPx.many : gapPx.few) * scale));
  const scrolls = layers > mostAtOnce || heads > mostAtOnce;
  const widest = Math.floor((width * scale - gap * (heads - 1)) / heads);
  const highest = Math.floor((height * scale - gap * (layers - 1)) / layers);
  const smallest = Math.round((scrolls ? scrollingCell : smallestCell) * scale);
  const pointable = Math.min(widest, Math.round(pointableCell * scale));
  const fitting = Math.max(smallest, pointable, Math.min(widest, Math.floor(highest / aspect)));
  const cellWidth = Math.round((scrolls ? smallest : fitting) * zoom);
  const cellHeight = Math.max(1, Math.round(cellWidth * aspect));
  return {
    layers,
    heads,
    cellWidth,
    cellHeight,
    gap,
    width: heads * cellWidth + gap * (heads - 1),
    height: layers * cellHeight + gap * (layers - 1),
    scale,
    scrolls,
  };
}

/** A matrix has no more device pixels than this, so that it is still painted at once. */
const mostPixels = 9_000_000;

/** The largest useful zoom of a matrix that is laid out at 1. */
export function largestZoom({ width, height }: Pick<MatrixLayout, "width" | "height">): number {
  return Math.max(1, Math.min(10, Math.floor(Math.sqrt(mostPixels / (width * height)) * 10) / 10));
}

export interface MatrixCell {
  readonly layer: number;
  readonly head: number;
}

/** The cell at a place in CSS pixels; a gap belongs to the cell before it. Undefined outside. */
export function cellAt(layout: MatrixLayout, x: number, y: number): MatrixCell | undefined {
  const head = Math.floor((x * layout.scale) / (layout.cellWidth + layout.gap));
  const layer = Math.floor((y * layout.scale) / (layout.cellHeight + layout.gap));
  return head >= 0 && layer >= 0 && head < layout.heads && layer < layout.layers ? { layer, head } : undefined;
}

/** Box of a cell, or of the whole row where `head` is null, in device pixels. */
export function boxOf(layout: MatrixLayout, { layer, head }: { readonly layer: number; readonly head: number | null }) {
  return {
    x: head === null ? 0 : head * (layout.cellWidth + layout.gap),
    y: layer * (layout.cellHeight + layout.gap),
    width: head === null ? layout.width : layout.cellWidth,
    height: layout.cellHeight,
  };
}

/** Which rows or columns carry their number, so that numbers stand `room` CSS pixels apart; the last one too where it has room. */
export function labeled(count: number, pitch: number, room: number): number[] {
  const step = [1, 2, 4, 8, 16, 32, 64].find((each) => each * pitch >= room || each >= count) ?? 128;
  const found: number[] = [];
  for (let index = 0; index < count; index += step) found.push(index);
  const last = found.at(-1) ?? 0;
  if (count - 1 - last > 0 && (count - 1 - last) * pitch >= room) found.push(count - 1);
  return found;
}
