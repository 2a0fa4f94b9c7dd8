/** @file The cells of one picture as a rectangle, for small maps: which image token lies where, of the part of the grids on the picture. */
import {
  defaultGridChoice,
  drawnGrids,
  finestFirst,
  type GridChoice,
  type GriddedPicture,
} from "../../../src/run/grids.ts";
import type { RunImage } from "../../../src/run/types.ts";
import type { RunLayout } from "../../run/layout.ts";

/** A small map: [rows, cols] of image tokens. */
export interface MapLattice {
  readonly rows: number;
  readonly cols: number;
  /** Index among the image tokens of all pictures of each cell, row-major; -1 where there is none. */
  readonly tokens: Int32Array;
  /** The part of the picture that it covers, in pixels of the picture. */
  readonly box: Box;
  /** Height by width of that part. */
  readonly aspect: number;
}

type Box = RunImage["grids"][number]["box"];

const noCells: MapLattice = {
  rows: 0,
  cols: 0,
  tokens: new Int32Array(0),
  box: { left: 0, top: 0, width: 0, height: 0 },
  aspect: 1,
};

/** A hair, in cells, so that a border that is off by rounding makes no row of its own. */
const rounding = 1e-6;

function onPicture(grids: RunImage["grids"], { width, height }: Pick<RunImage, "width" | "height">): Box {
  const left = Math.max(0, Math.min(...grids.map(({ box }) => box.left)));
  const top = Math.max(0, Math.min(...grids.map(({ box }) => box.top)));
  const right = Math.min(width, Math.max(...grids.map(({ box }) => box.left + box.width)));
  const bottom = Math.min(height, Math.max(...grids.map(({ box }) => box.top + box.height)));
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** Index among a grid's rows or columns of a place; undefined outside. */
function cellAt(place: number, { start, length, cells }: { start: number; length: number; cells: number }) {
  const cell = Math.floor(((place - start) / length) * cells);
  return cell >= 0 && cell < cells ? cell : undefined;
}

/**
 * The lattice of a picture: the cells of its finest grid over the part of the picture that the grids cover. Where grids lie over one
 * another (tiles and an overview) the finest one counts, unless the overview alone is drawn. Image tokens in `hidden`, and those outside of the picture, have no cell.
 */
export function mapLattice(
  { imageTokens }: Pick<RunLayout, "imageTokens">,
  {
    image,
    picture,
    hidden,
    choice = defaultGridChoice,
  }: {
    readonly image: GriddedPicture;
    readonly picture: number;
    readonly hidden?: ReadonlySet<number>;
    readonly choice?: GridChoice;
  },
): MapLattice {
  const drawn = drawnGrids(image, choice);
  const grids = drawn.map((grid) => image.grids[grid]!);
  if (grids.length === 0) return noCells;
  const tokenOf = grids.map(({ rows, cols }) => new Int32Array(rows * cols).fill(-1));
  for (const [token, { image: of, cell }] of imageTokens.entries()) {
    if (of !== picture || !cell || hidden?.has(token)) continue;
    const at = drawn.indexOf(cell.grid);
    const grid = grids[at];
    if (grid) tokenOf[at]![cell.row * grid.cols + cell.col] = token;
  }
  const cover = onPicture(grids, image);
  const cellWidth = Math.min(...grids.map(({ box, cols }) => box.width / cols));
  const cellHeight = Math.min(...grids.map(({ box, rows }) => box.height / rows));
  const finest = finestFirst(grids);
  // Cells of the finest grid keep their borders: counting begins at the first one that reaches into the picture.
  const { box } = grids[finest[0]!]!;
  const firstCol = Math.floor((cover.left - box.left) / cellWidth + rounding);
  const firstRow = Math.floor((cover.top - box.top) / cellHeight + rounding);
  const cols = Math.ceil((cover.left + cover.width - box.left) / cellWidth - rounding) - firstCol;
  const rows = Math.ceil((cover.top + cover.height - box.top) / cellHeight - rounding) - firstRow;
  const tokens = new Int32Array(Math.max(0, rows * cols)).fill(-1);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const x = box.left + (firstCol + col + 0.5) * cellWidth;
      const y = box.top + (firstRow + row + 0.5) * cellHeight;
      for (const index of finest) {
        const grid = grids[index]!;
        const c = cellAt(x, { start: grid.box.left, length: grid.box.width, cells: grid.cols });
        const r = cellAt(y, { start: grid.box.top, length: grid.box.height, cells: grid.rows });
        if (c === undefined || r === undefined) continue;
        tokens[row * cols + col] = tokenOf[index]![r * grid.cols + c]!;
        break;
      }
    }
  }
  if (rows <= 0 || cols <= 0) return noCells;
  const covered = {
    left: box.left + firstCol * cellWidth,
    top: box.top + firstRow * cellHeight,
    width: cols * cellWidth,
    height: rows * cellHeight,
  };
  return { rows, cols, tokens, box: covered, aspect: covered.height / covered.width };
}

/** Position in the sequence of each cell; -1 where there is none. */
export function latticePositions(
  { tokens }: MapLattice,
  { imagePositions }: Pick<RunLayout, "imagePositions">,
): Int32Array {
  return tokens.map((token) => (token < 0 ? -1 : imagePositions[token]!));
}
