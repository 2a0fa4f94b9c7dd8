/** @file Tests of the names of tokens: characters that are split over tokens, and lone bytes that belong to none. */
import { describe, expect, it } from "vitest";
import type { RunDescription } from "../run/types.ts";
import { nameOfTokens, shownToken } from "./token-names.ts";

/** Tokens of a run by their texts. */
function tokensOf(...texts: string[]): Pick<RunDescription, "tokens"> {
  return { tokens: texts.map((text, id) => ({ id, text, role: "answer", turn: 0 })) };
}

describe("a token as it is shown", () => {
  it("is the character that it holds a byte of, with its part", () => {
    const run = tokensOf(" a", "\\xE7", "\\x8C", "\\xAB", "\\xC3", "\\xA9", "b");
    const shown = run.tokens.map((_, position) => shownToken(run, position));
    expect(shown).toEqual(["a", "猫 1/3", "猫 2/3", "猫 3/3", "é 1/2", "é 2/2", "b"]);
  });

  it("may hold several bytes, or a character and the first byte of the next", () => {
    const run = tokensOf("\\xF0\\x9F", "\\x8D\\x8C", "é\\xE7", "\\x8C\\xAB");
    expect(run.tokens.map((_, position) => shownToken(run, position))).toEqual([
      "🍌 1/2",
      "🍌 2/2",
      "é猫 1/2",
      "é猫 2/2",
    ]);
  });

  it("is its bytes if they are no character", () => {
    const run = tokensOf("\\xE7", "a", "\\xFF");
    expect(run.tokens.map((_, position) => shownToken(run, position))).toEqual(["\\xE7", "a", "\\xFF"]);
  });

  it("has the same name in sentences, and several tokens are whole characters", () => {
    const run = tokensOf("\\xE7", "\\x8C", "\\xAB");
    expect(nameOfTokens(run, [1])).toBe("“猫 2/3”");
    expect(nameOfTokens(run, [0, 1, 2])).toBe("“猫”");
  });
});
