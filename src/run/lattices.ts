/** @file The image tokens of a run in rows and columns, as a set of them can be shifted: tiles of one view are one lattice. */
import { imageTokens, type ImageToken } from "./positions.ts";
import type { RunDescription, RunImage } from "./types.ts";

/** Some image tokens of a picture in rows and columns. */
export interface TokenLattice {
  /** Index of the picture. */
  readonly picture: number;
  readonly rows: number;
  readonly cols: number;
  /** [rows * cols] position of each cell's token, row by row; -1 for a cell whose token is none of them. */
  readonly positions: readonly number[];
}

interface Placed {
  readonly lattice: number;
  readonly row: number;
  readonly col: number;
}

/** For each grid: the lattice that it is part of, and its place in it in cells. */
function placesOfGrids({ grids, views = [] }: RunImage): Placed[] {
  return grids.map(({ rows, cols }, grid) => {
    const view = views.find((each) => each.grids.includes(grid));
    const { grids: shared, tiles } = view ?? { grids: [grid], tiles: { rows: 1, cols: 1 } };
    if (shared.length < 2 || shared.length !== tiles.rows * tiles.cols) return { lattice: grid, row: 0, col: 0 };
    const tile = shared.indexOf(grid);
    return { lattice: shared[0]!, row: Math.floor(tile / tiles.cols) * rows, col: (tile % tiles.cols) * cols };
  });
}

/** The lattice of these cells, cut to the rows and columns that have one. */
function latticeOf(picture: number, cells: readonly (Placed & { readonly position: number })[]): TokenLattice {
  const extent = (of: (cell: Placed) => number): { first: number; length: number } => {
    const [first, last] = cells.reduce(
      ([low, high], cell) => [Math.min(low, of(cell)), Math.max(high, of(cell))],
      [Infinity, -Infinity],
    );
    return { first, length: last - first + 1 };
  };
  const [down, across] = [extent(({ row }) => row), extent(({ col }) => col)];
  const positions = new Array<number>(down.length * across.length).fill(-1);
  for (const { position, row, col } of cells) {
    positions[(row - down.first) * across.length + (col - across.first)] = position;
  }
  return { picture, rows: down.length, cols: across.length, positions };
}

/**
 * The lattices of some image tokens, by picture: one for each grid, but one for all tiles of a view that are grids of their own, as they lie
 * on the picture. Each is cut to the rows and columns that have one of the tokens, so that padding around a picture is no part of it.
 */
export function tokenLattices(description: RunDescription, positions: readonly number[]): TokenLattice[] {
  const wanted = new Set(positions);
  return description.images.flatMap((picture, index) => {
    const places = placesOfGrids(picture);
    const cells = imageTokens(description, index).filter(
      (token): token is ImageToken & { cell: NonNullable<ImageToken["cell"]> } =>
        token.cell !== undefined && wanted.has(token.position),
    );
    const byLattice = new Map<number, (Placed & { position: number })[]>();
    for (const { position, cell } of cells) {
      const { lattice, row, col } = places[cell.grid]!;
      const placed = { lattice, position, row: row + cell.row, col: col + cell.col };
      const found = byLattice.get(lattice);
      if (found === undefined) byLattice.set(lattice, [placed]);
      else found.push(placed);
    }
    return [...byLattice.values()].map((some) => latticeOf(index, some));
  });
}
