/** @file The decisive words of two answers are compared wherever they stand, other tokens by their position. */
import { describe, expect, it } from "vitest";
import type { TokenSource } from "../../run/chosen-tokens.ts";
import { matchedTokens } from "./matched-tokens.ts";

/** A run with these answer tokens, of which one is the decisive word. */
function answered(texts: readonly string[], decisive: number): TokenSource {
  const tokens = ["<s>", ...texts].map((text, id) => ({ id, text, role: id === 0 ? "bos" : "answer", turn: 0 }));
  const description = {
    tokens,
    answer: { start: 1, end: tokens.length },
    answerTokens: texts.map(() => ({ probability: 0.5 })),
    decisive: { index: decisive, text: texts[decisive]!.trim(), reason: "first" },
    methods: {},
  };
  return { layout: { answerLength: texts.length }, document: { description } } as unknown as TokenSource;
}

const long = answered([" The", " arrow", " points", " right"], 3);
const short = answered([" It", " is", " up"], 2);

describe("matchedTokens()", () => {
  it("compares the decisive words, chosen by default or by hand", () => {
    const decisive = { a: [3], b: [2], unmatched: 0, isDecisive: true };
    expect(matchedTokens(long, short, { tokens: null })).toEqual(decisive);
    expect(matchedTokens(long, short, { tokens: [3] })).toEqual(decisive);
    expect(matchedTokens(short, long, { tokens: null })).toEqual({ ...decisive, a: [2], b: [3] });
  });

  it("matches other tokens by their position", () => {
    expect(matchedTokens(long, short, { tokens: [1, 2, 3] })).toEqual({
      ...{ a: [1, 2], b: [1, 2], unmatched: 1, isDecisive: false },
    });
  });
});
