/** @file Units of minimal causes over one grid, tiles with an overview, memory tokens, large pictures and words of several tokens. */
import { describe, expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { RunDescription, RunImage, RunToken } from "../run/types.ts";
import { causeUnits } from "./cause-units.ts";

const example = exampleDescription();
const ofImage = { kind: "image", token: 0 } as const;

/** The example with one picture of some grids, whose image tokens stand behind the sequence. */
function withGrids(grids: RunImage["grids"], { width, height }: { width: number; height: number }): RunDescription {
  const memory = grids.flatMap(({ rows, cols }) =>
    Array.from({ length: rows * cols }, (_, i) => ({ image: 0, row: Math.floor(i / cols), col: i % cols })),
  );
  const tokens = example.tokens.filter(({ role }) => role !== "image");
  const start = tokens.findIndex(({ id }) => id === 25);
  const answer = { start, end: tokens.length };
  return { ...example, tokens, answer, memory, images: [{ ...example.images[0]!, width, height, grids }] };
}

describe("units of the picture", () => {
  test("are single patches of each picture", () => {
    expect(causeUnits(example, ofImage)).toEqual([1, 2, 3, 4, 9, 10, 11, 12, 13, 14].map((position) => [position]));
  });

  test("join what tiles and the overview see of one place, and leave padding out", () => {
    const whole = { left: 0, top: 0, width: 40, height: 40 };
    const tile = (left: number) => ({ rows: 2, cols: 2, box: { left, top: 0, width: 20, height: 40 } });
    const run = withGrids([{ rows: 2, cols: 2, box: whole }, tile(0), tile(20)], { width: 40, height: 20 });
    const first = run.tokens.length;
    // Cells 0 and 1 of the overview lie on the picture, as do the upper two of each tile.
    expect(causeUnits(run, ofImage)).toEqual([
      [first, first + 4, first + 5],
      [first + 1, first + 8, first + 9],
    ]);
  });

  test.each([
    { rows: 14, cols: 14, units: 196 },
    { rows: 15, cols: 14, units: 56 },
    { rows: 70, cols: 70, units: 196 },
    { rows: 1, cols: 500, units: 167 },
  ])("are blocks of $rows x $cols patches if there are more than 200: $units", ({ rows, cols, units }) => {
    const [width, height] = [cols * 14, rows * 14];
    const run = withGrids([{ rows, cols, box: { left: 0, top: 0, width, height } }], { width, height });
    const found = causeUnits(run, ofImage);
    expect(found).toHaveLength(units);
    const all = found.flat();
    expect([all.length, new Set(all).size]).toEqual([rows * cols, rows * cols]);
  });

  test("are whole pictures if these are more than 200", () => {
    const count = 210;
    const picture = (image: number): RunToken[] =>
      [0, 1, 2, 3].map((cell) => ({ ...example.tokens[1]!, image, row: Math.floor(cell / 2), col: cell % 2 }));
    const images = Array.from({ length: count }, () => example.images[0]!);
    const tokens = [example.tokens[0]!, ...images.flatMap((_, image) => picture(image)), ...example.tokens.slice(16)];
    const run = { ...example, images, tokens, answer: { start: tokens.length - 3, end: tokens.length } };
    const units = causeUnits(run, ofImage);
    expect([units.length, units[1]]).toEqual([count, [5, 6, 7, 8]]);
  });
});

test("units of text are words of the question with all their tokens, and nothing of a template", () => {
  const tokens = example.tokens.map((token, position) => (position === 6 ? { ...token, text: "ed" } : token));
  expect(causeUnits({ ...example, tokens }, { kind: "text", token: 1 })).toEqual([[5, 6], [15]]);
});
