/** @file The views of a picture as a run holds them: what its inputs were cut from, and which grids of image tokens are made of each. */
import type { PictureLayout, TiledView } from "../image/types.ts";
import type { PicturePlan, TowerInput } from "../models/plan.ts";
import type { RunView } from "../run/types.ts";

const one = { rows: 1, cols: 1 };

/** The views with their tiles; one that is not cut is one tile. */
function tiledViews(layout: PictureLayout): readonly TiledView[] {
  return layout.kind === "tiles" ? layout.views : layout.views.map((view) => ({ ...view, tiles: one }));
}

/** The view that each row of the projection comes from. */
function viewsOfRows(views: readonly TiledView[], inputs: readonly TowerInput[]): number[] {
  const owners = views.flatMap(({ tiles }, view) => new Array<number>(tiles.rows * tiles.cols).fill(view));
  // A tower that reads all tiles of a view at once has one input for them.
  const ofInput = inputs.length === views.length ? views.map((_, view) => view) : owners;
  return inputs.flatMap(({ rowTokens }, input) => rowTokens.map(() => ofInput[input] ?? 0));
}

/** The views of a picture, each with the grids whose image tokens are made of it. */
export function runViews(layout: PictureLayout, { inputs, grids, imageTokens }: PicturePlan): RunView[] {
  const views = tiledViews(layout);
  const ofRow = viewsOfRows(views, inputs);
  const ofGrid = new Map<number, number>();
  for (const { cell, rows } of imageTokens) {
    const [first] = rows;
    if (cell === undefined || first === undefined || ofGrid.has(cell.grid)) continue;
    ofGrid.set(cell.grid, ofRow[first.row] ?? 0);
  }
  return views.map(({ width, height, box, tiles }, view) => ({
    width,
    height,
    box,
    tiles,
    grids: grids.flatMap((_, grid) => (ofGrid.get(grid) === view ? [grid] : [])),
  }));
}

/** A window of a tower's attention by the cells of a grid that it covers. */
export interface CellWindow {
  readonly grid: number;
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}

/** The windows that layers of the tower attend within, by the cells that are made of their tokens; none if every layer sees all. */
export function cellWindows({ inputs, imageTokens }: PicturePlan): CellWindow[] {
  const ofRow = inputs.flatMap(({ rowTokens, windows }, input) =>
    rowTokens.map(([token = 0]) => windows && `${input}.${windows.findLastIndex((start) => start <= token)}`),
  );
  const found = new Map<string, { grid: number; top: number; left: number; bottom: number; right: number }>();
  for (const { cell, rows } of imageTokens) {
    const window = rows[0] && ofRow[rows[0].row];
    if (cell === undefined || window === undefined) continue;
    const { grid, row, col } = cell;
    const { top, left, bottom, right } = found.get(window) ?? { top: row, left: col, bottom: row, right: col };
    found.set(window, {
      grid,
      top: Math.min(top, row),
      left: Math.min(left, col),
      bottom: Math.max(bottom, row),
      right: Math.max(right, col),
    });
  }
  return [...found.values()].map(({ grid, top, left, bottom, right }) => ({
    grid,
    row: top,
    col: left,
    rows: bottom - top + 1,
    cols: right - left + 1,
  }));
}
