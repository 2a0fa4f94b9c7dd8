/** @file Tests of patches on the picture: points, rectangles and their border. */
import { describe, expect, it } from "vitest";
import type { GridPlacement } from "../image/types.ts";
import type { GridChoice } from "../run/grids.ts";
import type { ImageToken } from "../run/positions.ts";
import {
  cellsOfTokens,
  changedPatches,
  neighborOf,
  outlineOf,
  partOf,
  patchAt,
  patchesAt,
  patchGeometry,
  rectangleOf,
  seenWith,
  valuesOfCells,
  type Segment,
} from "./patch-geometry.ts";

function tokensOf(grids: readonly GridPlacement[], image: number): Omit<ImageToken, "position">[] {
  return grids.flatMap(({ rows, cols }, grid) =>
    Array.from({ length: rows * cols }, (_, i) => ({
      image,
      cell: { grid, row: Math.floor(i / cols), col: i % cols },
    })),
  );
}

const numbered = (tokens: readonly Omit<ImageToken, "position">[]): ImageToken[] =>
  tokens.map((token, position) => ({ ...token, position }));

/** A picture of 40 x 20 that was padded to a square: of 4 x 4 cells of 10 px, the rows 1 and 2 lie on it. */
const padded: GridPlacement = { rows: 4, cols: 4, box: { left: 0, top: -10, width: 40, height: 40 } };
const picture = { width: 40, height: 20 };
/** The second of two pictures, so that its first token is number 3. */
const first: GridPlacement = { rows: 1, cols: 3, box: { left: 0, top: 0, width: 3, height: 1 } };
const imageTokens = numbered([...tokensOf([first], 0), ...tokensOf([padded], 1)]);
const geometry = patchGeometry({ picture: { ...picture, grids: [padded] }, imageTokens, image: 1 });
const at = (row: number, col: number): number => 3 + row * 4 + col;
const patch = (row: number, col: number) => geometry.byToken.get(at(row, col))!;

/** Total length of each side of an outline. */
const lengthOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { x1, y1, x2, y2 }) => sum + Math.abs(x2 - x1) + Math.abs(y2 - y1), 0);

describe("patches of a padded picture", () => {
  it("are those that lie on it, by their index among the tokens of all pictures", () => {
    expect(geometry.patches.map(({ token }) => token)).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
    expect(patch(1, 0).box).toEqual({ left: 0, top: 0, width: 10, height: 10 });
    expect(geometry.byToken.get(at(0, 0))).toBeUndefined();
  });

  it("lie under the points of their boxes", () => {
    expect(patchAt(geometry, { x: 39.9, y: 0 })?.token).toBe(at(1, 3));
    expect(patchAt(geometry, { x: 20, y: 10 })?.token).toBe(at(2, 2));
    expect(patchAt(geometry, { x: 20, y: -1 })).toBeUndefined();
    expect(patchAt(geometry, { x: 40, y: 5 })).toBeUndefined();
  });

  it("take their values and hidden cells from those of all image tokens", () => {
    const values = valuesOfCells(
      geometry,
      Float32Array.from({ length: 19 }, (_, token) => token),
    );
    expect([...values]).toEqual(Array.from({ length: 16 }, (_, cell) => 3 + cell));
    expect([...cellsOfTokens(geometry, new Set([1, 3, 18]))]).toEqual([0, 15]);
  });

  it("have neighbors as far as the picture reaches", () => {
    expect(neighborOf(geometry, patch(1, 1), { rows: 0, cols: 1 })?.token).toBe(at(1, 2));
    expect(neighborOf(geometry, patch(1, 1), { rows: 1, cols: 0 })?.token).toBe(at(2, 1));
    expect(neighborOf(geometry, patch(1, 1), { rows: -1, cols: 0 })).toBeUndefined();
    expect(neighborOf(geometry, patch(2, 3), { rows: 0, cols: 1 })).toBeUndefined();
  });
});

describe("a rectangle of patches", () => {
  const square = [at(1, 1), at(1, 2), at(2, 1), at(2, 2)];

  it("is the same from each of its corners", () => {
    expect(rectangleOf(geometry, patch(1, 1), patch(2, 2))).toEqual(square);
    expect(rectangleOf(geometry, patch(2, 1), patch(1, 2))).toEqual(square);
    expect(rectangleOf(geometry, patch(2, 3), patch(2, 3))).toEqual([at(2, 3)]);
  });

  it("replaces, adds to or is removed from what was selected", () => {
    expect(changedPatches([7, 12], square, "replace")).toEqual(square);
    expect(changedPatches([7, 12], square, "add")).toEqual([7, 8, 9, 12, 13]);
    expect(changedPatches([7, 12], square, "remove")).toEqual([7]);
  });
});

describe("the outline", () => {
  it("is the border of the union", () => {
    expect(lengthOf(outlineOf(geometry, [at(1, 1)]))).toBe(40);
    expect(lengthOf(outlineOf(geometry, [at(1, 1), at(1, 2)]))).toBe(60);
    expect(lengthOf(outlineOf(geometry, rectangleOf(geometry, patch(1, 0), patch(2, 3))))).toBe(120);
    // Two patches that touch at a corner share no side.
    expect(lengthOf(outlineOf(geometry, [at(1, 1), at(2, 2)]))).toBe(80);
  });

  it("leaves out what does not lie on the picture", () => {
    expect(outlineOf(geometry, [at(0, 0), 1])).toEqual([]);
  });
});

describe("a tiled picture", () => {
  const grids: GridPlacement[] = [
    { rows: 2, cols: 2, box: { left: 0, top: 0, width: 40, height: 20 } },
    { rows: 2, cols: 2, box: { left: 0, top: 0, width: 20, height: 20 } },
    { rows: 2, cols: 2, box: { left: 20, top: 0, width: 20, height: 20 } },
  ];
  const newline = { image: 0, cell: undefined };
  const given = tokensOf(grids, 0);
  const tokens = numbered([...given.slice(0, 4), newline, ...given.slice(4)]);
  const tiled = patchGeometry({ picture: { ...picture, grids }, imageTokens: tokens, image: 0 });

  it("points at its tiles, and steps from one to the next", () => {
    expect(patchAt(tiled, { x: 15, y: 5 })?.token).toBe(6);
    const next = neighborOf(tiled, tiled.byToken.get(6)!, { rows: 0, cols: 1 });
    expect(next?.token).toBe(9);
    expect(rectangleOf(tiled, tiled.byToken.get(6)!, next!)).toEqual([6, 9]);
  });

  const chosen = (choice: GridChoice) =>
    patchGeometry({ picture: { ...picture, grids }, imageTokens: tokens, image: 0, choice });

  it("shows the overview alone", () => {
    const overview = chosen("overview");
    expect([...overview.tokens]).toEqual([0, 1, 2, 3]);
    expect(patchAt(overview, { x: 15, y: 5 })?.token).toBe(0);
    expect(overview.undrawn).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("points at the finest patch of each place, and keeps the places of the coarser ones", () => {
    const finest = chosen("finest");
    expect(finest.patches.map(({ token }) => token)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(finest.byToken.get(0)).toMatchObject({ grid: 0, row: 0, col: 0 });
    expect(finest.placeless).toEqual([4]);
    // What no tile covers is seen by the overview alone.
    const half = [grids[0]!, grids[1]!];
    const partly = patchGeometry({
      picture: { ...picture, grids: half },
      imageTokens: numbered(tokensOf(half, 0)),
      image: 0,
      choice: "finest",
    });
    expect(partly.patches.map(({ token }) => token)).toEqual([1, 3, 4, 5, 6, 7]);
    expect(patchAt(partly, { x: 30, y: 5 })?.token).toBe(1);
  });

  it("gives every patch that sees a place if each grid is drawn, and else the finest", () => {
    expect(patchesAt(tiled, { x: 15, y: 5 }).map(({ token }) => token)).toEqual([6, 0]);
    expect(seenWith(tiled, [6, 9])).toEqual([0, 1, 6, 9]);
    expect(seenWith(chosen("finest"), [6, 9])).toEqual([6, 9]);
  });

  it("outlines patches of neighboring tiles as one, and those of the overview by themselves", () => {
    expect(lengthOf(outlineOf(tiled, [6, 9]))).toBe(60);
    expect(lengthOf(outlineOf(tiled, [0, 6]))).toBe(100);
  });

  it("names what a patch is part of", () => {
    expect(partOf(tiled, { grid: 0, row: 0, col: 1 })).toBe("overview");
    const views = [
      { width: 8, height: 4, box: grids[0]!.box, tiles: { rows: 1, cols: 1 }, grids: [0] },
      { width: 8, height: 4, box: grids[0]!.box, tiles: { rows: 1, cols: 2 }, grids: [1, 2] },
    ];
    const viewed = patchGeometry({ picture: { ...picture, grids, views }, imageTokens: tokens, image: 0 });
    expect(partOf(viewed, { grid: 2, row: 0, col: 1 })).toBe("tile 2 of 2");
  });
});
