/** @file Tests of the default token. */
import { describe, expect, it } from "vitest";
import { floatTensor } from "../../src/tensor/tensor.ts";
import { imageParts } from "../../src/findings/default-token.ts";
import { chosenTokens, type TokenSource } from "./chosen-tokens.ts";
import { layoutOf } from "./layout.ts";
import type { RunDescription, RunToken, TokenRole } from "../../src/run/types.ts";

const roles: readonly TokenRole[] = ["bos", "image", "image", "question", "answer", "answer", "answer", "special"];
const tokens: RunToken[] = roles.map((role, id) => ({
  id,
  text: ` ${role}`,
  role,
  turn: 0,
  ...(role === "image" ? { image: 0, row: 0, col: id - 1 } : {}),
}));
const description = {
  memory: [],
  tokens,
  images: [{ grids: [{ rows: 1, cols: 2, box: { left: 0, top: 0, width: 2, height: 1 } }] }],
  answer: { start: 4, end: 8 },
} as unknown as RunDescription;
const layout = layoutOf(description);

/** Relevancy of each answer token: bos, two patches, question, answer tokens before. The identity's 1 stands at the predicting position. */
const relevancy = [
  [5, 1, 0, 4, 0, 0, 0, 0],
  [5, 2, 2, 1, 1, 0, 0, 0],
  [5, 1, 1, 1, 2, 1, 0, 0],
  [5, 9, 9, 0, 0, 0, 1, 0],
];
const attention = [
  [0.9, 0.1, 0, 0, 0, 0, 0, 0],
  [0.8, 0.1, 0.1, 0, 0, 0, 0, 0],
  [0.1, 0.5, 0.4, 0, 0, 0, 0, 0],
  [0, 0.5, 0.5, 0, 0, 0, 0, 0],
];
const tensorOf = (rows: readonly (readonly number[])[]) => floatTensor([4, 8], Float32Array.from(rows.flat()));

function source(found: { relevancy?: boolean; arrived?: boolean; attention?: boolean }): TokenSource {
  const arrived = found.arrived ?? true;
  return {
    layout,
    document: { description },
    has: () => found.relevancy ?? false,
    tensor: () => (arrived ? tensorOf(relevancy) : undefined),
    attentionLayers: (found.attention ?? true) ? [0] : [],
    answerAttention: () => (arrived ? tensorOf(attention) : undefined),
  };
}

describe("the chosen tokens", () => {
  it("are those selected, without those that the answer does not have", () => {
    expect(chosenTokens(source({}), { tokens: [0, 2, 9] })).toEqual([0, 2]);
  });

  it("is by default the said token with the largest image part of relevancy", () => {
    // Own positions are left out: 1 / 1, 4 / 5 and 2 / 5; the stop token's row leans most, but is not said.
    expect(imageParts(tensorOf(relevancy).data, { tokens, memory: [], predicting: layout.predicting })).toEqual([
      1,
      expect.closeTo(0.8),
      0.4,
      1,
    ]);
    expect(chosenTokens(source({ relevancy: true }), { tokens: null })).toEqual([0]);
  });

  it("is without relevancy the one with the most attention on the image, and without that the first", () => {
    expect(chosenTokens(source({}), { tokens: null })).toEqual([2]);
    expect(chosenTokens(source({ attention: false }), { tokens: null })).toEqual([0]);
  });

  it("falls back to the default where nothing selected is in the answer, and is empty until it is known", () => {
    expect(chosenTokens(source({}), { tokens: [9] })).toEqual([2]);
    expect(chosenTokens(source({ relevancy: true, arrived: false }), { tokens: null })).toEqual([]);
  });
});
