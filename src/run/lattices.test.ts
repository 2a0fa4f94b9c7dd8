/** @file Tests of the lattices of a run's image tokens: padding, tiles of a view, several pictures and memory tokens. */
import { expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { tokenLattices } from "./lattices.ts";
import { imageTokenPositions } from "./positions.ts";
import type { RunDescription } from "./types.ts";

test("each picture has a lattice of its tokens, row by row", () => {
  const description = exampleDescription();
  expect(tokenLattices(description, imageTokenPositions(description))).toEqual([
    { picture: 0, rows: 2, cols: 2, positions: [1, 2, 3, 4] },
    { picture: 1, rows: 2, cols: 3, positions: [9, 10, 11, 12, 13, 14] },
  ]);
});

test("rows and columns without a wanted token are cut off, and single ones marked", () => {
  const lattices = tokenLattices(exampleDescription(), [3, 4, 10, 14]);
  expect(lattices).toEqual([
    { picture: 0, rows: 1, cols: 2, positions: [3, 4] },
    { picture: 1, rows: 2, cols: 2, positions: [10, -1, -1, 14] },
  ]);
});

test("tiles that are grids of their own are one lattice, the overview another, also behind the sequence", () => {
  const example = exampleDescription();
  const grid = (left: number, top: number) => ({ rows: 2, cols: 1, box: { left, top, width: 10, height: 10 } });
  const box = { left: 0, top: 0, width: 20, height: 20 };
  const [first] = example.images;
  const images = [
    {
      ...first!,
      width: 20,
      height: 20,
      grids: [grid(0, 0), grid(10, 0), grid(0, 10), grid(10, 10), { rows: 1, cols: 2, box }],
      views: [
        { width: 20, height: 20, box, tiles: { rows: 2, cols: 2 }, grids: [0, 1, 2, 3] },
        { width: 10, height: 10, box, tiles: { rows: 1, cols: 1 }, grids: [4] },
      ],
    },
  ];
  const cells = [0, 1, 2, 3].flatMap(() => [0, 1].map((row) => ({ image: 0, row, col: 0 })));
  const memory = [...cells, { image: 0, row: 0, col: 0 }, { image: 0, row: 0, col: 1 }];
  const tokens = example.tokens.filter(({ role }) => role !== "image");
  const description: RunDescription = { ...example, tokens, memory, images };
  const at = tokens.length;
  expect(tokenLattices(description, imageTokenPositions(description))).toEqual([
    { picture: 0, rows: 4, cols: 2, positions: [0, 2, 1, 3, 4, 6, 5, 7].map((cell) => at + cell) },
    { picture: 0, rows: 1, cols: 2, positions: [at + 8, at + 9] },
  ]);
});
