/**
 * @file The plan of a picture over tiles of any number, as LLaVA-NeXT and LLaVA-OneVision take it: the whole picture, then all tiles
 * without the rows and columns of padding, with a learned token at the end of each row.
 */
import type { GridPlacement, GridSize, PictureLayout } from "../image/types.ts";
import type { PicturePlan, PlannedImageToken } from "./plan.ts";
import { resizedWeights } from "./blocks/resized-weights.ts";
import { cellsOf, gridOfView, requireLayout, requireView, type SquareTower } from "./square-tower.ts";

/** The part of a grid that shows the picture and not its padding. */
interface KeptPart extends GridSize {
  readonly firstRow: number;
  readonly firstCol: number;
}

/** As Python's `int(round(value, 7))`. */
function roundedDown(value: number): number {
  return Math.trunc(Number(value.toFixed(7)));
}

/**
 * The rows and columns of a grid over a padded plane that show a picture of this size (`unpad_image`): padding lies on both sides of the
 * shorter axis in equal parts.
 */
function unpaddedPart({ rows, cols }: GridSize, { width, height }: { width: number; height: number }): KeptPart {
  if (width / height > cols / rows) {
    const firstRow = Math.floor((rows - roundedDown(height * (cols / width))) / 2);
    return { rows: rows - 2 * firstRow, cols, firstRow, firstCol: 0 };
  }
  const firstCol = Math.floor((cols - roundedDown(width * (rows / height))) / 2);
  return { rows, cols: cols - 2 * firstCol, firstRow: 0, firstCol };
}

/** The kept part of a grid, with its box. */
function keptGrid({ rows, cols, box }: GridPlacement, kept: KeptPart): GridPlacement {
  const [width, height] = [box.width / cols, box.height / rows];
  return {
    rows: kept.rows,
    cols: kept.cols,
    box: {
      left: box.left + kept.firstCol * width,
      top: box.top + kept.firstRow * height,
      width: kept.cols * width,
      height: kept.rows * height,
    },
  };
}

/** As Python's `a // b` of floats, for numbers above 0: the quotient may be a whole number that the rounded division passes. */
function floorDivide(a: number, b: number): number {
  const quotient = (a - (a % b)) / b;
  return Math.round(quotient);
}

/**
 * The rows and columns that the features of a grid are resized to, so that they are not many more than those of `mostTiles` tiles of
 * `side` x `side` patches ("anyres_max_N"). Throws an Error if none would be left, as transformers does.
 */
function limitedSize({ rows, cols }: GridSize, { side, mostTiles }: { side: number; mostTiles: number }): GridSize {
  const ratio = Math.sqrt((rows * cols) / (mostTiles * side ** 2));
  if (!(ratio > 1.1)) return { rows, cols };
  const size = { rows: floorDivide(rows, ratio), cols: floorDivide(cols, ratio) };
  if (size.rows > 0 && size.cols > 0) return size;
  throw new Error(
    `vision: the picture is so thin that its ${rows} x ${cols} patches would shrink to ${size.rows} x ${size.cols}; crop it, or use the fit "pad", "crop" or "resize".`,
  );
}

/** The end of a row: the first learned row, behind those of all inputs. */
function newlineOf(inputs: PicturePlan["inputs"]): PlannedImageToken {
  return { rows: [{ row: inputs.reduce((sum, { rowTokens }) => sum + rowTokens.length, 0), weight: 1 }] };
}

/** The whole picture as the first input. */
function baseTokens(grid: GridSize): PlannedImageToken[] {
  return cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] }));
}

/**
 * First the patches of the whole picture, then those of all tiles row by row without padding, a newline token after each row. If
 * `mostTiles` is given, the features of the tiles are resized to about as many as so many tiles have. Throws an Error if the picture was
 * prepared in another way.
 */
export function planAnyResolution(
  { side, pixels, covered, input }: SquareTower,
  layout: PictureLayout,
  mostTiles = Infinity,
): PicturePlan {
  const { views, source } = requireLayout(layout, "tiles");
  const [base, plane = base] = views;
  const { tiles } = plane;
  requireView(base, { width: pixels, height: pixels });
  requireView(plane, { width: tiles.cols * pixels, height: tiles.rows * pixels });
  const inputs = new Array(1 + tiles.rows * tiles.cols).fill(input) as PicturePlan["inputs"];
  const whole = { rows: tiles.rows * side, cols: tiles.cols * side };
  const kept = unpaddedPart(whole, source);
  const left = pixels - covered;
  const planeGrid = gridOfView(plane, { width: plane.width - left, height: plane.height - left }, whole);
  const baseGrid = gridOfView(base, { width: covered, height: covered }, { rows: side, cols: side });
  const size = limitedSize(kept, { side, mostTiles });
  const tileGrid = { ...keptGrid(planeGrid, kept), ...size };
  // A strip so thin that it is less than one patch leaves no cell.
  const grids = size.rows * size.cols === 0 ? [baseGrid] : [baseGrid, tileGrid];

  /** Row of the projection that is the patch at a place of what is kept of the plane. */
  const rowAt = (keptRow: number, keptCol: number): number => {
    const [row, col] = [kept.firstRow + keptRow, kept.firstCol + keptCol];
    const tile = Math.floor(row / side) * tiles.cols + Math.floor(col / side);
    return (1 + tile) * side * side + (row % side) * side + (col % side);
  };
  const newline = newlineOf(inputs);
  const down = resizedWeights(kept.rows, size.rows);
  const across = resizedWeights(kept.cols, size.cols);
  const tiled = down.flatMap((fromRows, row) => [
    ...across.map((fromCols, col): PlannedImageToken => ({
      cell: { grid: 1, row, col },
      rows: fromRows.flatMap((vertical) =>
        fromCols.map((horizontal) => ({
          row: rowAt(vertical.index, horizontal.index),
          weight: vertical.weight * horizontal.weight,
        })),
      ),
    })),
    newline,
  ]);
  const imageTokens = [...baseTokens(baseGrid), ...tiled];
  return { inputs, grids, imageTokens, prompt: [{ imageTokens: imageTokens.length }] };
}

/** The patches of the whole picture and one newline token. Throws an Error if the picture was prepared in another way. */
export function planWholeWithNewline(
  { side, pixels, covered, input }: SquareTower,
  layout: PictureLayout,
): PicturePlan {
  const [view] = requireLayout(layout, "whole").views;
  requireView(view, { width: pixels, height: pixels });
  const grid = gridOfView(view, { width: covered, height: covered }, { rows: side, cols: side });
  const inputs = [input];
  const imageTokens = [...baseTokens(grid), newlineOf(inputs)];
  return { inputs, grids: [grid], imageTokens, prompt: [{ imageTokens: imageTokens.length }] };
}
