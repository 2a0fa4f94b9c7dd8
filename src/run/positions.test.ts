import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import {
  answerLength,
  imageTokenPositions,
  imageTokens,
  positionsOfRole,
  predictingPosition,
  predictingPositions,
  questionPositions,
  turnCount,
} from "./positions.ts";

const run = exampleDescription();

describe("predictingPosition", () => {
  it("is the position before the token, the last of the prompt for the first one", () => {
    expect(predictingPosition(run, 0)).toBe(16);
    expect(predictingPosition(run, 2)).toBe(18);
    expect(predictingPositions(run)).toEqual([16, 17, 18]);
    expect(answerLength(run)).toBe(3);
  });

  it("refuses tokens beyond the answer", () => {
    for (const token of [-1, 3, 0.5]) expect(() => predictingPosition(run, token)).toThrow(`0 to 2, got ${token}`);
  });
});

describe("positions by role and turn", () => {
  it("finds question tokens of every turn or of one", () => {
    expect(questionPositions(run)).toEqual([5, 6, 15]);
    expect(questionPositions(run, 1)).toEqual([15]);
    expect(questionPositions(run, 2)).toEqual([]);
  });

  it("finds any role", () => {
    expect(positionsOfRole(run, "answer")).toEqual([7, 17, 18]);
    expect(positionsOfRole(run, "special", 0)).toEqual([8]);
  });

  it("counts the turns", () => {
    expect(turnCount(run)).toBe(2);
    expect(turnCount({ ...run, tokens: [] })).toBe(0);
  });
});

describe("imageTokens", () => {
  it("gives position, picture and cell in the order of the maps", () => {
    const tokens = imageTokens(run);
    expect(tokens.map(({ position }) => position)).toEqual([1, 2, 3, 4, 9, 10, 11, 12, 13, 14]);
    expect(tokens[9]).toEqual({ position: 14, image: 1, cell: { grid: 0, row: 1, col: 2 } });
    expect(imageTokenPositions(run)).toEqual(tokens.map(({ position }) => position));
  });

  it("takes the tokens of one picture", () => {
    expect(imageTokens(run, 1)).toEqual(imageTokens(run).slice(4));
    expect(imageTokenPositions(run, 0)).toEqual([1, 2, 3, 4]);
    expect(imageTokenPositions(run, 2)).toEqual([]);
  });

  it("names the grid of each token where a picture has several, and no cell for a token without one", () => {
    const box = { left: 0, top: 0, width: 1, height: 1 };
    const images = [
      run.images[0]!,
      {
        ...run.images[1]!,
        grids: [
          { rows: 1, cols: 2, box },
          { rows: 2, cols: 2, box },
        ],
      },
    ];
    const cells = [[0, 0], [0, 1], [], [0, 0], [0, 1], [1, 0], [1, 1]] as const;
    const tokens = cells.map(
      ([row, col]) => ({ id: 9, text: "", role: "image", turn: 0, image: 1, row, col }) as const,
    );
    expect(imageTokens({ ...run, images, tokens }).map(({ cell }) => cell?.grid)).toEqual([
      0,
      0,
      undefined,
      1,
      1,
      1,
      1,
    ]);
  });
});
