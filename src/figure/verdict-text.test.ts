/** @file Tests of the verdict in words: its fixed sentences and its numbers. */
import { describe, expect, it } from "vitest";
import type { VerifyResult } from "../run/measures.ts";
import { verdictText } from "./verdict-text.ts";

const result = (change: Partial<VerifyResult>): VerifyResult => ({
  request: {
    kind: "verify",
    token: 0,
    evidence: { kind: "tokens", positions: [5] },
    source: { kind: "selection" },
    fill: "mean",
    sets: 20,
    seed: 0,
    minimal: false,
  },
  original: 0.98765,
  masked: 0.1234,
  answer: { text: "left", tokens: [] },
  random: new Array<number>(20).fill(0.9),
  allSets: false,
  p: 1 / 21,
  verdict: "depends",
  ...change,
});

describe("verdictText", () => {
  it("names both probabilities, the random sets that lowered it as much, and p", () => {
    expect(verdictText(result({}), " right")).toBe(
      "The answer depends on this evidence. p(right) goes from 0.988 to 0.123; 0 of 20 random sets of the same size lowered it as much (p = 0.048).",
    );
    const random = [0.1234, 0.1, 0.2];
    expect(verdictText(result({ random, p: 3 / 4, verdict: "chance" }), "right")).toBe(
      "Not told apart from chance. p(right) goes from 0.988 to 0.123; 2 of 3 random sets of the same size lowered it as much (p = 0.750).",
    );
  });

  it("writes numbers beyond three decimals as bounds", () => {
    const random = [0.2, 0.3];
    expect(verdictText(result({ original: 0.9999, masked: 0.9998, random, p: 1, verdict: "independent" }), "a")).toBe(
      "The answer does not depend on this evidence. p(a) goes from >0.999 to >0.999; 2 of 2 random sets of the same size lowered it as much (p > 0.999).",
    );
  });

  it("says where there are no random sets", () => {
    expect(verdictText(result({ original: 0.5, masked: 0.4, random: [], p: 1, verdict: "matters" }), "a")).toBe(
      "This evidence matters a little. p(a) goes from 0.500 to 0.400; there are no random sets of this size.",
    );
  });
});
