/** @file Tests of the default token. */
import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import type { RunDescription } from "../../src/run/types.ts";
import { chosenTokens, type TokenSource } from "./chosen-tokens.ts";
import { layoutOf } from "./layout.ts";

/** The example, whose answer tokens are "t25", "t26" and a stop token. */
function source(changes: Partial<RunDescription>): TokenSource {
  const description = { ...exampleDescription(), ...changes };
  return { layout: layoutOf(description), document: { description } };
}

const decisive = { index: 1, text: "t26", reason: "asked for" } as const;

describe("the chosen tokens", () => {
  it("are those selected, without those that the answer does not have", () => {
    expect(chosenTokens(source({ decisive }), { tokens: [0, 2, 9] })).toEqual([0, 2]);
  });

  it("are by default the decisive word that the run keeps, and of an older run the one that is found", () => {
    expect(chosenTokens(source({ decisive }), { tokens: null })).toEqual([1]);
    expect(chosenTokens(source({}), { tokens: null })).toEqual([0]);
  });

  it("are of those that relevancy explains, if only some are explained", () => {
    const methods = { relevancy: { tokens: [0], target: "logit" } };
    expect(chosenTokens(source({ decisive, methods }), { tokens: null })).toEqual([0]);
  });

  it("fall back to the default where nothing selected is in the answer, and are none without an answer", () => {
    expect(chosenTokens(source({ decisive }), { tokens: [9] })).toEqual([1]);
    const { tokens } = exampleDescription();
    const empty = { tokens: tokens.slice(0, 17), answer: { start: 17, end: 17 }, answerTokens: [] };
    expect(chosenTokens(source(empty), { tokens: null })).toEqual([]);
  });
});
