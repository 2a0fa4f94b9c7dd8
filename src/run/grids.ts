/** @file The grids of a picture that the model sees more than once: which one is the whole picture, which are drawn, which tile a cell is in. */
import { cellBox, type Cell } from "../image/geometry.ts";
import type { Box, GridPlacement } from "../image/types.ts";
import type { RunImage } from "./types.ts";

/**
 * What is drawn where several grids lie over one place of a picture: the mean of each grid's cell there, the finest cell, or the grid of the
 * whole picture and no other.
 */
export const gridChoices = ["each", "finest", "overview"] as const;
export type GridChoice = (typeof gridChoices)[number];
export const defaultGridChoice: GridChoice = "each";

/** What a choice is called. */
export const gridChoiceNames: Readonly<Record<GridChoice, string>> = {
  each: "each grid",
  finest: "the finest grid",
  overview: "the overview",
};

/** A picture with its grids. */
export type GriddedPicture = Pick<RunImage, "width" | "height" | "grids" | "views">;

/** Area of a grid's cell in pixels of the picture. */
function cellArea({ rows, cols, box }: GridPlacement): number {
  return (box.width * box.height) / (rows * cols);
}

/** Indices of the grids, the one of the smallest cells first. */
export function finestFirst(grids: readonly GridPlacement[]): number[] {
  return grids.map((_, grid) => grid).sort((a, b) => cellArea(grids[a]!) - cellArea(grids[b]!));
}

/** The part of a box that lies on a picture. */
function clipped({ left, top, width, height }: Box, picture: Pick<RunImage, "width" | "height">): Box {
  const [x, y] = [Math.max(0, left), Math.max(0, top)];
  return {
    left: x,
    top: y,
    width: Math.max(0, Math.min(picture.width, left + width) - x),
    height: Math.max(0, Math.min(picture.height, top + height) - y),
  };
}

/** A grid that covers less of what all grids cover together is a tile. */
const wholeShare = 0.98;

/** The coarsest grid that covers what all of them cover; undefined if there is none, or several alike. */
function coarsestWhole({ grids, ...picture }: GriddedPicture): number | undefined {
  const parts = grids.map(({ box }) => clipped(box, picture));
  const left = Math.min(...parts.map((part) => part.left));
  const top = Math.min(...parts.map((part) => part.top));
  const right = Math.max(...parts.map((part) => part.left + part.width));
  const bottom = Math.max(...parts.map((part) => part.top + part.height));
  const whole = (right - left) * (bottom - top) * wholeShare;
  const [coarsest, next] = finestFirst(grids)
    .filter((grid) => parts[grid]!.width * parts[grid]!.height >= whole)
    .reverse();
  if (coarsest === undefined) return undefined;
  return next !== undefined && cellArea(grids[coarsest]!) < cellArea(grids[next]!) * 1.01 ? undefined : coarsest;
}

/**
 * Index of the grid that shows the whole picture beside tiles of it; undefined if there is none. It is read from the views of the picture,
 * or from the grids of a run that has none.
 */
export function overviewOf(picture: GriddedPicture): number | undefined {
  const { grids, views } = picture;
  if (grids.length < 2) return undefined;
  if (views === undefined) return coarsestWhole(picture);
  return views.length < 2 ? undefined : views.find(({ tiles }) => tiles.rows * tiles.cols === 1)?.grids[0];
}

/** Indices of the grids that are drawn by a choice, ascending: all, or the overview if there is one. */
export function drawnGrids(picture: GriddedPicture, choice: GridChoice): number[] {
  const overview = choice === "overview" ? overviewOf(picture) : undefined;
  return overview === undefined ? picture.grids.map((_, grid) => grid) : [overview];
}

/** A tile by its place among those of its view, row by row, from 1. */
interface TilePlace {
  readonly number: number;
  readonly of: number;
}

/** The tile that a cell lies in; undefined if the run does not say, or the cell's view is one tile. */
export function tileOf({ grids, views = [] }: GriddedPicture, grid: number, cell: Cell): TilePlace | undefined {
  const view = views.find((each) => each.grids.includes(grid));
  const of = view === undefined ? 1 : view.tiles.rows * view.tiles.cols;
  if (view === undefined || of === 1) return undefined;
  if (view.grids.length === of) return { number: view.grids.indexOf(grid) + 1, of };
  const { left, top, width, height } = cellBox(grids[grid]!, cell);
  const along = (middle: number, start: number, length: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(((middle - start) / length) * count)));
  const row = along(top + height / 2, view.box.top, view.box.height, view.tiles.rows);
  const col = along(left + width / 2, view.box.left, view.box.width, view.tiles.cols);
  return { number: row * view.tiles.cols + col + 1, of };
}

/** Which of several grids a cell's row and column count in: " of the overview", " of tile 2", " of the tiles"; empty if there is one grid. */
export function ofGridText(picture: GriddedPicture, grid: number): string {
  const { grids, views = [] } = picture;
  if (grids.length < 2) return "";
  const overview = overviewOf(picture);
  if (grid === overview) return " of the overview";
  const view = views.find((each) => each.grids.includes(grid));
  const tiles = view === undefined ? 1 : view.tiles.rows * view.tiles.cols;
  if (view !== undefined && tiles > 1 && view.grids.length === tiles) return ` of tile ${view.grids.indexOf(grid) + 1}`;
  return overview === undefined || grids.length > 2 ? ` of grid ${grid}` : " of the tiles";
}

/** What the part of the picture is called that a cell's grid shows: "overview", "tile 2 of 6"; empty if there is one grid. */
export function partText(picture: GriddedPicture, grid: number, cell: Cell): string {
  if (picture.grids.length < 2) return "";
  if (grid === overviewOf(picture)) return "overview";
  const tile = tileOf(picture, grid, cell);
  if (tile !== undefined) return `tile ${tile.number} of ${tile.of}`;
  return overviewOf(picture) === undefined || picture.grids.length > 2 ? `grid ${grid}` : "tiles";
}
