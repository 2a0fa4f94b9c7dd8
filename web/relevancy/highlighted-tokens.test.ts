import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { highlightedTokens } from "./highlighted-tokens.ts";

const description = exampleDescription();
const row = Float32Array.from({ length: 20 }, (_, position) => position / 10 - 0.55);

describe("the text behind a token", () => {
  it("is question and answer of every turn before the last of the tokens, without pictures and marks", () => {
    const positions = (tokens: number[]) => highlightedTokens(description, row, tokens).map(({ position }) => position);
    expect(positions([0])).toEqual([5, 6, 7, 15]);
    expect(positions([1])).toEqual([5, 6, 7, 15, 17]);
    expect(positions([0, 2])).toEqual([5, 6, 7, 15, 17, 18]);
  });

  it("has each relevancy as a share of the largest, none below 0", () => {
    const shares = highlightedTokens(description, row, [1]).map(({ share }) => share);
    const largest = row[17]!;
    expect(shares).toEqual([0, row[6]! / largest, row[7]! / largest, row[15]! / largest, 1]);
    const none = highlightedTokens(description, new Float32Array(20), [1]);
    expect(none.map(({ share }) => share)).toEqual([0, 0, 0, 0, 0]);
  });

  it("begins a line where question and answer change", () => {
    const lines = highlightedTokens(description, row, [2]).filter(({ startsTurn }) => startsTurn);
    expect(lines.map(({ position }) => position)).toEqual([7, 15, 17]);
  });
});
