/** @file Tests of the rectangle of cells that small maps show. */
import { describe, expect, it } from "vitest";
import type { ImageToken } from "../../../src/run/positions.ts";
import type { RunImage } from "../../../src/run/types.ts";
import { mapLattice } from "./map-lattice.ts";

type Grid = RunImage["grids"][number];

const imageOf = (width: number, height: number, grids: readonly Grid[]) => ({ width, height, grids }) as RunImage;

function tokensOf(grids: readonly Grid[], image = 0): ImageToken[] {
  return grids.flatMap(({ rows, cols }, grid) =>
    Array.from({ length: rows * cols }, (_, i) => ({
      position: i,
      image,
      cell: { grid, row: Math.floor(i / cols), col: i % cols },
    })),
  );
}

describe("the lattice of a picture", () => {
  it("is the grid itself where that covers the picture, without hidden tokens and those of other pictures", () => {
    const grids = [{ rows: 2, cols: 3, box: { left: 0, top: 0, width: 60, height: 40 } }];
    const imageTokens = [...tokensOf(grids, 1), ...tokensOf(grids, 0)];
    const lattice = mapLattice({ imageTokens }, { image: imageOf(60, 40, grids), picture: 0, hidden: new Set([8]) });
    expect(lattice).toEqual({
      rows: 2,
      cols: 3,
      tokens: Int32Array.of(6, 7, -1, 9, 10, 11),
      box: { left: 0, top: 0, width: 60, height: 40 },
      aspect: 2 / 3,
    });
  });

  it("leaves out rows and columns that see only padding", () => {
    const grids = [{ rows: 4, cols: 4, box: { left: 0, top: -20, width: 80, height: 80 } }];
    const lattice = mapLattice({ imageTokens: tokensOf(grids) }, { image: imageOf(80, 40, grids), picture: 0 });
    expect([lattice.rows, lattice.cols, lattice.aspect]).toEqual([2, 4, 0.5]);
    expect([...lattice.tokens]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("takes the finest grid where tiles lie over an overview", () => {
    const overview = { rows: 1, cols: 2, box: { left: 0, top: 0, width: 40, height: 20 } };
    const tile = { rows: 2, cols: 2, box: { left: 0, top: 0, width: 20, height: 20 } };
    const grids = [overview, tile];
    const lattice = mapLattice({ imageTokens: tokensOf(grids) }, { image: imageOf(40, 20, grids), picture: 0 });
    // The tile has tokens 2 to 5; the right half has the overview's second token alone.
    expect([lattice.rows, lattice.cols]).toEqual([2, 4]);
    expect([...lattice.tokens]).toEqual([2, 3, 1, 1, 4, 5, 1, 1]);
  });
});
