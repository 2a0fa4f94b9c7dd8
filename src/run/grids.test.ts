/** @file Tests of grids: which one is the whole picture, and which tile a cell is in. */
import { describe, expect, it } from "vitest";
import { drawnGrids, finestFirst, ofGridText, overviewOf, partText, type GriddedPicture } from "./grids.ts";

const box = { left: 0, top: 0, width: 100, height: 50 };
const whole = { rows: 4, cols: 4, box };
const left = { rows: 4, cols: 4, box: { ...box, width: 50 } };
const right = { ...left, box: { ...left.box, left: 50 } };
/** A plane that reaches beyond the picture by the padding of its last row. */
const plane = { rows: 5, cols: 8, box: { left: 0, top: -5, width: 100, height: 62.5 } };
const picture = (...grids: GriddedPicture["grids"]): GriddedPicture => ({ width: 100, height: 50, grids });
const view = (tiles: { rows: number; cols: number }, grids: number[]) => ({
  width: 8 * tiles.cols,
  height: 8 * tiles.rows,
  box,
  tiles,
  grids,
});

describe("the overview", () => {
  it("is the coarsest grid that covers the whole picture, wherever it stands", () => {
    expect(overviewOf(picture(whole, left, right))).toBe(0);
    expect(overviewOf(picture(left, right, whole))).toBe(2);
    expect(overviewOf(picture(whole, plane))).toBe(0);
  });

  it("is none of one grid, of tiles alone, or of two alike", () => {
    expect(overviewOf(picture(whole))).toBeUndefined();
    expect(overviewOf(picture(left, right))).toBeUndefined();
    expect(overviewOf(picture(whole, whole))).toBeUndefined();
  });

  it("is what the views say, if the run has them", () => {
    const one = { rows: 1, cols: 1 };
    const views = [view(one, [0]), view({ rows: 1, cols: 2 }, [1])];
    // A thin picture, of which the tiles have the larger cells.
    const coarse = { rows: 2, cols: 6, box };
    expect(overviewOf({ ...picture(whole, coarse), views })).toBe(0);
    expect(overviewOf({ ...picture(left, right), views: [view({ rows: 1, cols: 2 }, [0, 1])] })).toBeUndefined();
  });

  it("alone is drawn if it is chosen, and every grid if there is none", () => {
    expect(drawnGrids(picture(left, right, whole), "overview")).toEqual([2]);
    expect(drawnGrids(picture(left, right, whole), "finest")).toEqual([0, 1, 2]);
    expect(drawnGrids(picture(left, right), "overview")).toEqual([0, 1]);
    expect(finestFirst([whole, left, plane])).toEqual([1, 2, 0]);
  });
});

describe("the part of a patch", () => {
  it("is the tile whose grid it is in, or that its middle lies in", () => {
    const tiles = view({ rows: 1, cols: 2 }, [0, 1]);
    const each = { ...picture(left, right, whole), views: [tiles, view({ rows: 1, cols: 1 }, [2])] };
    expect([0, 1, 2].map((grid) => partText(each, grid, { row: 0, col: 0 }))).toEqual([
      "tile 1 of 2",
      "tile 2 of 2",
      "overview",
    ]);
    const two = { ...picture(whole, plane), views: [view({ rows: 1, cols: 1 }, [0]), view({ rows: 2, cols: 2 }, [1])] };
    expect(partText(two, 1, { row: 0, col: 3 })).toBe("tile 1 of 4");
    expect(partText(two, 1, { row: 4, col: 4 })).toBe("tile 4 of 4");
    expect([0, 1, 2].map((grid) => ofGridText(each, grid))).toEqual([" of tile 1", " of tile 2", " of the overview"]);
    // Rows and columns of a plane of tiles are not those of one tile.
    expect(ofGridText(two, 1)).toBe(" of the tiles");
  });

  it("is told by what the grids say of a run without views, and is nothing of one grid", () => {
    expect(partText(picture(whole, left, right), 1, { row: 0, col: 0 })).toBe("grid 1");
    expect(partText(picture(whole, plane), 1, { row: 0, col: 0 })).toBe("tiles");
    expect(partText(picture(whole), 0, { row: 0, col: 0 })).toBe("");
    expect(ofGridText(picture(whole, left, right), 1)).toBe(" of grid 1");
    expect(ofGridText(picture(whole), 0)).toBe("");
  });
});
