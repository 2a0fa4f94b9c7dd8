/** @file The places of image tokens on the original picture: cells of a grid to pixels and back. */
import type { Box, GridPlacement, Size } from "./types.ts";

/** An image token by its place in the grid, counted from 0. */
export interface Cell {
  readonly row: number;
  readonly col: number;
}

/** What the image token sees, in pixels of the original picture; beyond the picture if the token sees padding. */
export function cellBox({ rows, cols, box }: GridPlacement, { row, col }: Cell): Box {
  // Both edges come from the same formula as their neighbors', so cells meet without a gap.
  const left = box.left + (box.width * col) / cols;
  const top = box.top + (box.height * row) / rows;
  return {
    left,
    top,
    width: box.left + (box.width * (col + 1)) / cols - left,
    height: box.top + (box.height * (row + 1)) / rows - top,
  };
}

/**
 * The image token that sees a point of the original picture, in pixels (the center of the first pixel is 0.5, 0.5);
 * undefined if the model does not see the point.
 */
export function cellOfPixel({ rows, cols, box }: GridPlacement, point: { x: number; y: number }): Cell | undefined {
  const row = indexOfPosition(point.y, { start: box.top, length: box.height, count: rows });
  const col = indexOfPosition(point.x, { start: box.left, length: box.width, count: cols });
  return row === undefined || col === undefined ? undefined : { row, col };
}

/** The smallest box around boxes; at least one. */
export function boxAround(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

interface Divided {
  readonly start: number;
  readonly length: number;
  readonly count: number;
}

function indexOfPosition(position: number, { start, length, count }: Divided): number | undefined {
  const share = (position - start) / length;
  return share >= 0 && share < 1 ? Math.min(count - 1, Math.floor(share * count)) : undefined;
}

/** The part of the cell that lies on the original picture, or undefined if the token sees only padding. */
export function visibleBox(
  grid: GridPlacement,
  cell: Cell,
  picture: { readonly width: number; readonly height: number },
): Box | undefined {
  const box = cellBox(grid, cell);
  const left = Math.max(0, box.left);
  const top = Math.max(0, box.top);
  const width = Math.min(picture.width, box.left + box.width) - left;
  const height = Math.min(picture.height, box.top + box.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}

/** The share of the cell's area that lies on the original picture, 0 to 1. */
export function coveredShare(
  grid: GridPlacement,
  cell: Cell,
  picture: { readonly width: number; readonly height: number },
): number {
  const visible = visibleBox(grid, cell, picture);
  if (visible === undefined) return 0;
  const box = cellBox(grid, cell);
  return Math.min(1, (visible.width * visible.height) / (box.width * box.height));
}

/** The view of a picture that shows most of it, the first of several. Throws a RangeError if there is none. */
export function finestView<View extends Size>(views: readonly View[]): View {
  const [first, ...others] = views;
  if (first === undefined) throw new RangeError("A picture of no views has no finest one; give at least one.");
  return others.reduce((best, view) => (view.width * view.height > best.width * best.height ? view : best), first);
}

/** Less than this is no part of a picture, in pixels: what scaling to whole pixels leaves at a border. */
const leastUnseen = 1;

/** The parts of a picture that no grid sees, in its pixels: what was cut off before the model saw it. Boxes do not overlap. */
export function unseenBoxes(
  picture: { readonly width: number; readonly height: number },
  grids: readonly Pick<GridPlacement, "box">[],
): Box[] {
  const edges = (length: number, ends: readonly (readonly [number, number])[]): number[] => {
    const inside = ends.flat().filter((at) => at >= leastUnseen && at <= length - leastUnseen);
    return [0, ...new Set(inside.sort((a, b) => a - b)), length];
  };
  const xs = edges(
    picture.width,
    grids.map(({ box }) => [box.left, box.left + box.width] as const),
  );
  const ys = edges(
    picture.height,
    grids.map(({ box }) => [box.top, box.top + box.height] as const),
  );
  const isSeen = (x: number, y: number): boolean =>
    grids.some(({ box }) => x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height);
  const found: Box[] = [];
  for (const [row, top] of ys.slice(0, -1).entries()) {
    const height = ys[row + 1]! - top;
    for (const [col, left] of xs.slice(0, -1).entries()) {
      const width = xs[col + 1]! - left;
      if (Math.min(width, height) < leastUnseen || isSeen(left + width / 2, top + height / 2)) continue;
      const before = found.at(-1);
      // Parts side by side are one.
      if (before?.top === top && before.left + before.width === left) {
        found[found.length - 1] = { ...before, width: before.width + width };
      } else found.push({ left, top, width, height });
    }
  }
  return found;
}

/** The share of a picture's area that no grid sees, 0-1. */
export function unseenShare(
  picture: { readonly width: number; readonly height: number },
  grids: readonly Pick<GridPlacement, "box">[],
): number {
  const area = unseenBoxes(picture, grids).reduce((sum, { width, height }) => sum + width * height, 0);
  return area / (picture.width * picture.height);
}
