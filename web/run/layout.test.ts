import { describe, expect, it } from "vitest";
import type { RunDescription, RunToken, TokenRole } from "../../src/run/types.ts";
import { atImageTokens, layoutOf, wordOfToken } from "./layout.ts";

const token = (text: string, role: TokenRole, more: Partial<RunToken> = {}): RunToken => ({
  id: 1,
  text,
  role,
  turn: 0,
  ...more,
});

const tokens = [
  token("<s>", "bos"),
  token("<image>", "image", { image: 0, row: 0, col: 0 }),
  token("<image>", "image", { image: 0, row: 0, col: 1 }),
  token("<image>", "image", { image: 1, row: 0, col: 0 }),
  token(" Which", "question"),
  token(" way", "question"),
  token("?", "question"),
  token(" :", "template"),
  token(" point", "answer"),
  token("s", "answer"),
  token(" right", "answer"),
  token("</s>", "special"),
];

// The layout reads these fields alone.
const description = {
  memory: [],
  tokens,
  images: [
    { grids: [{ rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 1 } }] },
    { grids: [{ rows: 1, cols: 1, box: { left: 0, top: 0, width: 1, height: 1 } }] },
  ],
  answer: { start: 8, end: 12 },
} as unknown as RunDescription;

describe("the layout of a run", () => {
  const layout = layoutOf(description);

  it("groups answer tokens to words by their index in the answer, special ones alone", () => {
    expect(layout.answerWords.map((word) => [word.text, [...word.tokens]])).toEqual([
      ["points", [0, 1]],
      ["right", [2]],
      ["</s>", [3]],
    ]);
    expect(wordOfToken(layout, 1).text).toBe("points");
    expect(layout.saidTokens).toEqual([0, 1, 2]);
  });

  it("predicts each token at the position before it", () => {
    expect(layout.predicting).toEqual([7, 8, 9, 10]);
  });

  it("knows the image tokens of each picture", () => {
    expect(layout.pictures).toEqual([
      { first: 0, end: 2 },
      { first: 2, end: 3 },
    ]);
    expect([
      ...atImageTokens(
        Float32Array.from(tokens, (_, position) => position),
        layout,
      ),
    ]).toEqual([1, 2, 3]);
  });

  it("keeps punctuation with the word that it touches", () => {
    expect(layout.questionWords.map(({ text }) => text)).toEqual(["Which", "way?"]);
  });
});
