/** @file Where the patches of one picture lie: which image token is drawn in which cell, and which cell lies under a point. */
import { cellOfPixel, unseenBoxes, visibleBox } from "../image/geometry.ts";
import type { Box, GridPlacement } from "../image/types.ts";
import {
  defaultGridChoice,
  drawnGrids,
  finestFirst,
  partText,
  type GridChoice,
  type GriddedPicture,
} from "../run/grids.ts";
import type { ImageToken } from "../run/positions.ts";

/** A point of the picture, in its pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A patch that can be pointed at. */
export interface Patch {
  /** Index among the image tokens of all pictures. */
  readonly token: number;
  /** Index of its grid among the picture's grids, and its place there. */
  readonly grid: number;
  readonly row: number;
  readonly col: number;
  /** The part of it that lies on the picture, in pixels of the picture. */
  readonly box: Box;
}

export interface PatchGeometry {
  readonly picture: GriddedPicture;
  readonly choice: GridChoice;
  /** The grids that are drawn. */
  readonly grids: readonly GridPlacement[];
  /** Boxes that cover what these grids do: theirs, without those that lie within another one. */
  readonly covered: readonly Box[];
  /** Parts of the picture that no grid sees, whichever grids are drawn. */
  readonly unseen: readonly Box[];
  /** Image token of each cell of these grids, in their order; -1 for a cell without one. */
  readonly tokens: Int32Array;
  /** Patches that lie on the picture, row by row; if several lie over one place, those of the finest grid. */
  readonly patches: readonly Patch[];
  /** Every drawn patch that lies on the picture, by its token. */
  readonly byToken: ReadonlyMap<number, Patch>;
  /** Indices of the drawn grids among those of the picture, the finest first, each with the index of its first cell in `tokens`. */
  readonly layers: readonly { readonly grid: number; readonly start: number }[];
  /** Image tokens of this picture without a place on it, such as the ends of rows, and those of grids that are not drawn. */
  readonly placeless: readonly number[];
  readonly undrawn: readonly number[];
}

export interface PatchGeometryRequest {
  /** The picture with all its grids. */
  readonly picture: GriddedPicture;
  /** Image tokens of all pictures, and which picture is meant. */
  readonly imageTokens: readonly ImageToken[];
  readonly image: number;
  /** @default `defaultGridChoice` */
  readonly choice?: GridChoice;
}

/** The patches under a point of the picture, in its pixels: one a grid at most, the finest first. */
export function patchesAt({ picture, layers, tokens, byToken }: PatchGeometry, point: Point): Patch[] {
  return layers.flatMap(({ grid, start }) => {
    const placement = picture.grids[grid]!;
    const cell = cellOfPixel(placement, point);
    return (cell && byToken.get(tokens[start + cell.row * placement.cols + cell.col]!)) ?? [];
  });
}

/** The patch of the finest grid under a point of the picture, in its pixels; undefined if there is none. */
export function patchAt(geometry: PatchGeometry, point: Point): Patch | undefined {
  return patchesAt(geometry, point)[0];
}

/** The middle of a box. */
export const middle = ({ left, top, width, height }: Box): Point => ({
  x: left + width / 2,
  y: top + height / 2,
});

/** A hair, in pixels of the picture, so that a border that is off by rounding lies beyond no other. */
const rounding = 1e-6;

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left - rounding &&
    inner.top >= outer.top - rounding &&
    inner.left + inner.width <= outer.left + outer.width + rounding &&
    inner.top + inner.height <= outer.top + outer.height + rounding
  );
}

function coveredBoxes(grids: readonly GridPlacement[]): Box[] {
  return grids.reduce<Box[]>((found, { box }) => {
    if (found.some((other) => isWithin(box, other))) return found;
    return [...found.filter((other) => !isWithin(other, box)), box];
  }, []);
}

/** Lays the image tokens of a picture on it. */
export function patchGeometry({
  picture,
  imageTokens,
  image,
  choice = defaultGridChoice,
}: PatchGeometryRequest): PatchGeometry {
  const { grids: every } = picture;
  const drawn = drawnGrids(picture, choice);
  const starts = new Map<number, number>();
  let count = 0;
  for (const grid of drawn) {
    starts.set(grid, count);
    count += every[grid]!.rows * every[grid]!.cols;
  }
  const tokens = new Int32Array(count).fill(-1);
  const byToken = new Map<number, Patch>();
  const placeless: number[] = [];
  const undrawn: number[] = [];
  for (const [token, { image: owner, cell }] of imageTokens.entries()) {
    if (owner !== image) continue;
    if (cell === undefined) {
      placeless.push(token);
      continue;
    }
    const { grid, row, col } = cell;
    const start = starts.get(grid);
    if (start === undefined) {
      undrawn.push(token);
      continue;
    }
    tokens[start + row * every[grid]!.cols + col] = token;
    const box = visibleBox(every[grid]!, cell, picture);
    if (box !== undefined) byToken.set(token, { token, grid, row, col, box });
  }
  const layers = finestFirst(every).flatMap((grid) => {
    const start = starts.get(grid);
    return start === undefined ? [] : [{ grid, start }];
  });
  const grids = drawn.map((grid) => every[grid]!);
  const covered = coveredBoxes(grids);
  const unseen = unseenBoxes(picture, every);
  const placed = { picture, choice, grids, covered, unseen, tokens, byToken, layers, placeless, undrawn };
  const all = [...byToken.values()];
  const isFinest = (patch: Patch): boolean =>
    patchAt({ ...placed, patches: all }, middle(patch.box))?.token === patch.token;
  return { ...placed, patches: drawn.length === 1 ? all : all.filter(isFinest) };
}

/** What a patch's grid shows of the picture: "overview", "tile 2 of 6"; empty if the picture has one grid. */
export function partOf({ picture }: PatchGeometry, { grid, ...cell }: Pick<Patch, "grid" | "row" | "col">): string {
  return partText(picture, grid, cell);
}

/** The patches that are seen with some others: where each grid is drawn, those of coarser grids under their middles too. Ascending. */
export function seenWith(geometry: PatchGeometry, tokens: readonly number[]): readonly number[] {
  const { choice, byToken, layers } = geometry;
  if (choice !== "each" || layers.length < 2) return tokens;
  const found = new Set(tokens);
  for (const token of tokens) {
    const patch = byToken.get(token);
    for (const { token: other } of patch ? patchesAt(geometry, middle(patch.box)) : []) found.add(other);
  }
  return [...found].sort((a, b) => a - b);
}

/** The values of the drawn cells, in the order of the grids, from those of all image tokens; 0 for a cell without a token. */
export function valuesOfCells({ tokens }: PatchGeometry, values: ArrayLike<number>): Float32Array {
  const cells = new Float32Array(tokens.length);
  for (let cell = 0; cell < cells.length; cell++) cells[cell] = values[tokens[cell]!] ?? 0;
  return cells;
}

/** The drawn cells of some image tokens, by their index in the order of the grids. */
export function cellsOfTokens({ tokens }: PatchGeometry, chosen: ReadonlySet<number>): Set<number> {
  const cells = new Set<number>();
  if (chosen.size === 0) return cells;
  for (let cell = 0; cell < tokens.length; cell++) if (chosen.has(tokens[cell]!)) cells.add(cell);
  return cells;
}

/** The patch next to another one; undefined at the border. A step leads from tile to tile. */
export function neighborOf(
  geometry: PatchGeometry,
  { box }: Patch,
  step: { readonly rows: number; readonly cols: number },
): Patch | undefined {
  const { x, y } = middle(box);
  const away = { x: box.width / 2 + 0.5, y: box.height / 2 + 0.5 };
  return patchAt(geometry, { x: x + step.cols * away.x, y: y + step.rows * away.y });
}

/** Image tokens of the patches in the rectangle that two patches span, ascending. */
export function rectangleOf({ patches }: PatchGeometry, from: Patch, to: Patch): number[] {
  const left = Math.min(from.box.left, to.box.left);
  const top = Math.min(from.box.top, to.box.top);
  const right = Math.max(from.box.left + from.box.width, to.box.left + to.box.width);
  const bottom = Math.max(from.box.top + from.box.height, to.box.top + to.box.height);
  return patches
    .filter(({ box }) => {
      const { x, y } = middle(box);
      return x > left && x < right && y > top && y < bottom;
    })
    .map(({ token }) => token)
    .sort((a, b) => a - b);
}

/** What a rectangle does to the patches that were selected before. */
export type SelectionChange = "replace" | "add" | "remove";

/** The selected image tokens after a rectangle was drawn, ascending. */
export function changedPatches(
  before: readonly number[],
  rectangle: readonly number[],
  change: SelectionChange,
): readonly number[] {
  if (change === "replace") return rectangle;
  const found = new Set(before);
  for (const token of rectangle) {
    if (change === "add") found.add(token);
    else found.delete(token);
  }
  return [...found].sort((a, b) => a - b);
}

/** A straight line on the picture, in its pixels. */
export interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The line where the picture is drawn `scale` times as large. */
export function scaledSegment({ x1, y1, x2, y2 }: Segment, scale: number): Segment {
  return { x1: x1 * scale, y1: y1 * scale, x2: x2 * scale, y2: y2 * scale };
}

/** Cells of two grids that differ by less than this share are of one size, so that patches of neighboring tiles join. */
const sameSize = 0.02;

/** The border of the union of some patches, each grid by itself; sides at which two of them meet are left out, also from tile to tile. */
export function outlineOf(geometry: PatchGeometry, chosen: Iterable<number>): Segment[] {
  const { picture, tokens, byToken, layers } = geometry;
  const taken = new Set(chosen);
  const starts = new Map(layers.map(({ grid, start }) => [grid, start]));
  const isAlike = (one: GridPlacement, other: GridPlacement): boolean =>
    Math.abs((one.box.width / one.cols) * (other.cols / other.box.width) - 1) < sameSize &&
    Math.abs((one.box.height / one.rows) * (other.rows / other.box.height) - 1) < sameSize;
  /** Whether a chosen patch lies beside this one, in its own grid or in the one that goes on there. */
  function hasNeighbor(
    { grid, row, col, box }: Patch,
    step: { readonly rows: number; readonly cols: number },
  ): boolean {
    const own = picture.grids[grid]!;
    const [r, c] = [row + step.rows, col + step.cols];
    if (r >= 0 && c >= 0 && r < own.rows && c < own.cols) {
      return taken.has(tokens[starts.get(grid)! + r * own.cols + c]!);
    }
    if (layers.length < 2) return false;
    const { x, y } = middle(box);
    const beside = { x: x + step.cols * (box.width / 2 + 0.5), y: y + step.rows * (box.height / 2 + 0.5) };
    return patchesAt(geometry, beside).some(
      (patch) => patch.grid !== grid && taken.has(patch.token) && isAlike(own, picture.grids[patch.grid]!),
    );
  }
  return [...taken].flatMap((token) => {
    const patch = byToken.get(token);
    if (patch === undefined) return [];
    const { left, top, width, height } = patch.box;
    const [right, bottom] = [left + width, top + height];
    const sides = [
      { step: { rows: -1, cols: 0 }, line: { x1: left, y1: top, x2: right, y2: top } },
      { step: { rows: 1, cols: 0 }, line: { x1: left, y1: bottom, x2: right, y2: bottom } },
      { step: { rows: 0, cols: -1 }, line: { x1: left, y1: top, x2: left, y2: bottom } },
      { step: { rows: 0, cols: 1 }, line: { x1: right, y1: top, x2: right, y2: bottom } },
    ];
    return sides.filter(({ step }) => !hasNeighbor(patch, step)).map(({ line }) => line);
  });
}

/** How the outline of the top patches is drawn, in CSS pixels: a light line inside a dark one. */
export const topLine = {
  outer: { color: "rgb(0 0 0 / 0.6)", width: 3.2 },
  inner: { color: "rgb(255 255 255 / 0.95)", width: 1.4 },
} as const;

/** A patch's pixels: "288-336, 240-288", columns before rows. */
export function pixelsText({ left, top, width, height }: Box): string {
  const span = (from: number, length: number): string => `${Math.round(from)}–${Math.round(from + length)}`;
  return `${span(left, width)}, ${span(top, height)}`;
}
