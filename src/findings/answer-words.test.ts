import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { RunDescription, RunToken } from "../run/types.ts";
import { answerWords, findTokens } from "./answer-words.ts";

/** The example with another answer; "</s>" is special. */
function answering(...texts: string[]): RunDescription {
  const example = exampleDescription();
  const prompt = example.tokens.slice(0, example.answer.start);
  const answer = texts.map((text, id): RunToken => ({
    id,
    text,
    role: text === "</s>" ? "special" : "answer",
    turn: 1,
  }));
  const tokens = [...prompt, ...answer];
  return { ...example, tokens, answer: { start: prompt.length, end: tokens.length } };
}

const arrow = answering(" The", " arrow", " point", "s", " right", ".", "</s>");

describe("answerWords", () => {
  it("groups tokens by white space, special ones alone", () => {
    expect(answerWords(arrow)).toEqual([
      { tokens: [0], text: "The" },
      { tokens: [1], text: "arrow" },
      { tokens: [2, 3], text: "points" },
      { tokens: [4, 5], text: "right." },
      { tokens: [6], text: "</s>" },
    ]);
  });
});

describe("findTokens", () => {
  it.each([
    ["0", [0], "The"],
    ["3", [3], "s"],
    ["points", [2, 3], "points"],
    ["RIGHT", [4, 5], "right."],
    ["right.", [4, 5], "right."],
    ["</s>", [6], "</s>"],
  ])("takes %j", (wanted, tokens, text) => {
    expect(findTokens(arrow, wanted)).toEqual({ tokens, text });
  });

  it("takes a number beyond the answer as a word", () => {
    expect(findTokens(answering(" I", " see", " 12", " cats"), "12")).toEqual({ tokens: [2], text: "12" });
  });

  it("takes the first of equal words", () => {
    expect(findTokens(answering(" a", " b", " a"), "a").tokens).toEqual([0]);
  });

  it.each(["left", "7", "", "."])("lists the words for %j", (wanted) => {
    expect(() => findTokens(arrow, wanted)).toThrow(
      'give an index from 0 to 6, or one of its words: "The", "arrow", "points", "right.", "</s>".',
    );
  });
});
