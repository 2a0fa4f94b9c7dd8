/** @file Where the patches of one picture lie: which image token is drawn in which cell, and which cell lies under a point. */
import { cellOfPixel, visibleBox } from "../../src/image/geometry.ts";
import type { Box, GridPlacement } from "../../src/image/types.ts";
import type { ImageToken } from "../../src/run/positions.ts";

/** Which grids of a tiled picture are drawn; all the same where the model does not tile. */
export type GridView = "all" | "overview" | "tiles";

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
  readonly picture: { readonly width: number; readonly height: number };
  /** The grids that are drawn. */
  readonly grids: readonly GridPlacement[];
  /** Image token of each cell of these grids, in their order; -1 for a cell without one. */
  readonly tokens: Int32Array;
  /** Patches that lie on the picture, row by row; of tiles and an overview that are drawn together, those of the tiles. */
  readonly patches: readonly Patch[];
  /** Every drawn patch that lies on the picture, by its token. */
  readonly byToken: ReadonlyMap<number, Patch>;
}

/** Index of the grid that shows the whole of a tiled picture; undefined where there is none. */
export function overviewOf(grids: readonly GridPlacement[]): number | undefined {
  if (grids.length < 2) return undefined;
  const areas = grids.map(({ box }) => box.width * box.height);
  const largest = Math.max(...areas);
  const found = areas.flatMap((area, grid) => (area === largest ? [grid] : []));
  return found.length === 1 ? found[0] : undefined;
}

export interface PatchGeometryRequest {
  /** Size of the picture in pixels: the space of the grids' boxes. */
  readonly picture: { readonly width: number; readonly height: number };
  /** All grids of the picture. */
  readonly grids: readonly GridPlacement[];
  /** Image tokens of all pictures, and which picture is meant. */
  readonly imageTokens: readonly ImageToken[];
  readonly image: number;
  readonly view?: GridView;
}

/** Lays the image tokens of a picture on it. */
export function patchGeometry(request: PatchGeometryRequest): PatchGeometry {
  const { picture, grids: every, imageTokens, image, view = "all" } = request;
  const overview = overviewOf(every);
  const isDrawn = (grid: number): boolean =>
    overview === undefined || view === "all" || (view === "overview") === (grid === overview);
  const drawn = every.map((_, grid) => grid).filter(isDrawn);
  const starts = new Map<number, number>();
  let count = 0;
  for (const grid of drawn) {
    starts.set(grid, count);
    count += every[grid]!.rows * every[grid]!.cols;
  }
  const tokens = new Int32Array(count).fill(-1);
  const byToken = new Map<number, Patch>();
  const patches: Patch[] = [];
  for (const [token, { image: owner, cell }] of imageTokens.entries()) {
    const start = cell === undefined || owner !== image ? undefined : starts.get(cell.grid);
    if (start === undefined) continue;
    const { grid, row, col } = cell!;
    tokens[start + row * every[grid]!.cols + col] = token;
    const box = visibleBox(every[grid]!, { row, col }, picture);
    if (box === undefined) continue;
    const patch = { token, grid, row, col, box };
    byToken.set(token, patch);
    if (drawn.length === 1 || grid !== overview) patches.push(patch);
  }
  return { picture, grids: drawn.map((grid) => every[grid]!), tokens, patches, byToken };
}

/** The values of the drawn cells, in the order of the grids, from those of all image tokens; 0 for a cell without a token. */
export function valuesOfCells({ tokens }: PatchGeometry, values: ArrayLike<number>): Float32Array {
  return Float32Array.from(tokens, (token) => values[token] ?? 0);
}

/** The drawn cells of some image tokens, by their index in the order of the grids. */
export function cellsOfTokens({ tokens }: PatchGeometry, chosen: ReadonlySet<number>): Set<number> {
  const cells = new Set<number>();
  for (let cell = 0; cell < tokens.length; cell++) if (chosen.has(tokens[cell]!)) cells.add(cell);
  return cells;
}

/** The patch under a point of the picture, in its pixels; undefined where there is none. */
export function patchAt({ grids, tokens, byToken, patches }: PatchGeometry, point: Point): Patch | undefined {
  const [grid] = grids;
  if (grid !== undefined && grids.length === 1) {
    const cell = cellOfPixel(grid, point);
    return cell && byToken.get(tokens[cell.row * grid.cols + cell.col]!);
  }
  const { x, y } = point;
  return patches.find(
    ({ box }) => x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height,
  );
}

const middle = ({ left, top, width, height }: Box): Point => ({
  x: left + width / 2,
  y: top + height / 2,
});

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

/** The border of the union of some patches; sides at which two of them meet are left out. */
export function outlineOf({ byToken }: PatchGeometry, chosen: Iterable<number>): Segment[] {
  const shown = [...chosen].flatMap((token) => byToken.get(token) ?? []);
  const key = (grid: number, row: number, col: number): string => `${grid}.${row}.${col}`;
  const taken = new Set(shown.map(({ grid, row, col }) => key(grid, row, col)));
  return shown.flatMap(({ grid, row, col, box }) => {
    const [left, top, right, bottom] = [box.left, box.top, box.left + box.width, box.top + box.height];
    const sides = [
      { row: row - 1, col, line: { x1: left, y1: top, x2: right, y2: top } },
      { row: row + 1, col, line: { x1: left, y1: bottom, x2: right, y2: bottom } },
      { row, col: col - 1, line: { x1: left, y1: top, x2: left, y2: bottom } },
      { row, col: col + 1, line: { x1: right, y1: top, x2: right, y2: bottom } },
    ];
    return sides.filter((side) => !taken.has(key(grid, side.row, side.col))).map(({ line }) => line);
  });
}

/** A patch's pixels: "288-336, 240-288", columns before rows. */
export function pixelsText({ left, top, width, height }: Box): string {
  const span = (from: number, length: number): string => `${Math.round(from)}–${Math.round(from + length)}`;
  return `${span(left, width)}, ${span(top, height)}`;
}
