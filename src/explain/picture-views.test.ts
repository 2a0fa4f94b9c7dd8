/** @file Tests of the views of a picture, and of the windows of its tower. */
import { describe, expect, it } from "vitest";
import type { PictureLayout } from "../image/types.ts";
import type { PicturePlan, TowerInput } from "../models/plan.ts";
import { cellWindows, runViews } from "./picture-views.ts";

const box = { left: 0, top: 0, width: 40, height: 20 };
const input = (rows: number, more: Partial<TowerInput> = {}): TowerInput => ({
  dims: [3, 4, 4],
  tokens: rows,
  feeds: new Map(),
  rowTokens: Array.from({ length: rows }, (_, row) => [row]),
  ...more,
});
const cell = (grid: number, row: number, col: number) => ({ grid, row, col });
const token = (at: ReturnType<typeof cell> | undefined, row: number) => ({
  ...(at && { cell: at }),
  rows: [{ row, weight: 1 }],
});
const whole = { width: 4, height: 4, box, tiles: { rows: 1, cols: 1 } };
const plane = { width: 8, height: 4, box, tiles: { rows: 1, cols: 2 } };

describe("the views of a picture", () => {
  it("name the grids that are made of them, in whatever order the tokens stand", () => {
    const layout: PictureLayout = { kind: "tiles", views: [whole, plane], source: { width: 40, height: 20 } };
    // Tokens of the two tiles as one grid, with the end of its row, then those of the overview, which the tower reads first.
    const plan: PicturePlan = {
      inputs: [input(1), input(1), input(1)],
      grids: [
        { rows: 1, cols: 2, box },
        { rows: 1, cols: 1, box },
      ],
      imageTokens: [token(cell(0, 0, 0), 1), token(cell(0, 0, 1), 2), token(undefined, 3), token(cell(1, 0, 0), 0)],
      prompt: [{ imageTokens: 4 }],
    };
    expect(runViews(layout, plan)).toEqual([
      { ...whole, grids: [1] },
      { ...plane, grids: [0] },
    ]);
  });

  it("have a grid a tile if the tokens of each stand together", () => {
    const layout: PictureLayout = { kind: "tiles", views: [plane, whole], source: { width: 40, height: 20 } };
    const plan: PicturePlan = {
      inputs: [input(1), input(1), input(1)],
      grids: [0, 1, 2].map(() => ({ rows: 1, cols: 1, box })),
      imageTokens: [0, 1, 2].map((grid) => token(cell(grid, 0, 0), grid)),
      prompt: [{ imageTokens: 3 }],
    };
    expect(runViews(layout, plan).map(({ grids }) => grids)).toEqual([[0, 1], [2]]);
  });
});

describe("the windows of a tower", () => {
  // 2 x 3 image tokens, of which the last column is a window of its own; the tower reads them window by window.
  const windowed: PicturePlan = {
    inputs: [input(6, { windows: [0, 4, 6], rowTokens: [[0], [1], [4], [2], [3], [5]] })],
    grids: [{ rows: 2, cols: 3, box }],
    imageTokens: Array.from({ length: 6 }, (_, i) => token(cell(0, Math.floor(i / 3), i % 3), i)),
    prompt: [{ imageTokens: 6 }],
  };

  it("are told by the cells that they cover", () => {
    expect(cellWindows(windowed)).toEqual([
      { grid: 0, row: 0, col: 0, rows: 2, cols: 2 },
      { grid: 0, row: 0, col: 2, rows: 2, cols: 1 },
    ]);
  });

  it("are none of a tower that attends over the whole input", () => {
    expect(cellWindows({ ...windowed, inputs: [input(6)] })).toEqual([]);
  });
});
