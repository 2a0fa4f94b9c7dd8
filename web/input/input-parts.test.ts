/** @file Tests of the inputs of a picture: their names, their places on the original, their lines. */
import { describe, expect, it } from "vitest";
import { gridLines, inputLines, inputParts, type InputFacts } from "./input-parts.ts";

/** A picture of 200 x 100 as an overview of 2 x 2 patches and as 1 x 2 tiles of 3 x 3, which reach 10 px beyond it above and below. */
const facts: InputFacts = {
  original: { width: 200, height: 100 },
  input: { width: 240, height: 144 },
  grids: [
    { rows: 2, cols: 2, box: { left: 0, top: 0, width: 200, height: 100 } },
    { rows: 3, cols: 6, box: { left: 0, top: -10, width: 200, height: 120 } },
  ],
  views: [
    {
      width: 120,
      height: 120,
      box: { left: 0, top: 0, width: 200, height: 100 },
      tiles: { rows: 1, cols: 1 },
      grids: [0],
    },
    {
      width: 240,
      height: 144,
      box: { left: 0, top: -10, width: 200, height: 120 },
      tiles: { rows: 1, cols: 2 },
      grids: [1],
    },
  ],
  windows: [],
  towerPatches: null,
  steps: [],
  patches: 22,
  paddingPatches: 0,
};
const parts = inputParts(facts);

describe("the inputs of a tiled picture", () => {
  it("are named in the order of the tower, each with its place on the original", () => {
    expect(parts.map(({ label }) => label)).toEqual([
      "overview",
      "tile 1 of 2 (row 0, column 0)",
      "tile 2 of 2 (row 0, column 1)",
    ]);
    expect(parts[2]).toMatchObject({
      view: 1,
      width: 120,
      height: 144,
      box: { left: 100, top: -10, width: 100, height: 120 },
    });
  });

  it("are one whole picture if it is not cut", () => {
    const views = [{ ...facts.views[0]!, grids: [0] }];
    expect(inputParts({ ...facts, grids: facts.grids.slice(0, 1), views }).map(({ label }) => label)).toEqual([
      "whole picture",
    ]);
  });
});

describe("the lines of an input", () => {
  it("are the borders of its own cells, in its pixels", () => {
    const { cells } = inputLines(parts[2]!, facts);
    // Three of six columns and three rows: two borders each.
    expect(cells.map(({ from, to }) => [...from, ...to].map((value) => Number(value.toFixed(6))))).toEqual([
      [40, 0, 40, 144],
      [80, 0, 80, 144],
      [0, 48, 120, 48],
      [0, 96, 120, 96],
    ]);
  });

  it("end where a grid does", () => {
    const upper = { rows: 1, cols: 2, box: { left: 100, top: -10, width: 100, height: 60 } };
    expect(gridLines(parts[2]!, upper)).toEqual([
      { from: [60, 0], to: [60, 72] },
      { from: [0, 72], to: [120, 72] },
    ]);
    expect(gridLines(parts[1]!, upper)).toEqual([]);
  });

  it("show patches that are merged into tokens, and windows", () => {
    const lines = inputLines(parts[0]!, {
      ...facts,
      towerPatches: { rows: 4, cols: 4 },
      windows: [{ grid: 0, row: 0, col: 0, rows: 2, cols: 1 }],
    });
    expect(lines.patches).toHaveLength(6);
    expect(lines.cells).toHaveLength(2);
    expect(lines.windows).toEqual([{ from: [60, 0], to: [60, 120] }]);
    expect(inputLines(parts[0]!, { ...facts, towerPatches: { rows: 2, cols: 2 } }).patches).toEqual([]);
  });
});
