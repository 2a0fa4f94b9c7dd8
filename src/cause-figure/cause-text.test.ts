/** @file Sentences about causes say the verdict and the measured numbers. */
import { describe, expect, it } from "vitest";
import type { CauseSet, KindCauses } from "../run/measures.ts";
import { alternativesSentence, causeSentence, shareText, testsText } from "./cause-text.ts";

const set: CauseSet = {
  positions: [3, 4, 9],
  necessity: 0.97,
  sufficiency: 0.6,
  without: 0.1,
  alone: 0.7,
  minimal: true,
  confirmed: true,
  confirmedBy: [{ intervention: "others", necessity: 0.8, p: 0.01, nullSets: 99 }],
};
const base = {
  chosenBy: "mean" as const,
  order: "edges" as const,
  wholeFall: 2,
  original: 0.9,
  without: 0.05,
  units: 196,
  exhausted: true,
  calls: 80,
};
const causes = (verdict: KindCauses["verdict"], sets: readonly CauseSet[]): KindCauses => ({
  ...base,
  verdict,
  sets: [...sets],
});

describe("the sentence of a verdict", () => {
  it.each([
    [
      "image",
      causes("verified", [set]),
      "The answer depends on 3 patches of the picture: without them the probability of “right” goes from 0.900 to 0.100. Confirmed by patches of other pictures.",
    ],
    [
      "text",
      causes("verified", [
        { ...set, positions: [3], confirmedBy: [{ ...set.confirmedBy[0]!, intervention: "knock-out" }] },
      ]),
      "The answer depends on 1 word of the question: without it the probability of “right” goes from 0.900 to 0.100. Confirmed by attention knock-out.",
    ],
    [
      "image",
      causes("not confirmed", [{ ...set, confirmed: false }]),
      "Without 3 patches of the picture the probability of “right” goes from 0.900 to 0.100, but no second test confirms it.",
    ],
    [
      "image",
      causes("none found", []),
      "No small part of the picture decides this word; without all of it the probability of “right” goes from 0.900 to 0.050.",
    ],
    [
      "image",
      { ...causes("none found", []), chosenBy: "others" },
      "No part of the picture is needed for this word: an empty picture also gives it. With other pictures the probability of “right” goes from 0.900 to 0.050.",
    ],
    [
      "image",
      causes("nothing to test", []),
      "The picture does not matter for this word: without it the probability of “right” goes from 0.900 to 0.050.",
    ],
    [
      "text",
      causes("nothing to test", []),
      "The words of the question do not matter for this word: without them the probability of “right” goes from 0.900 to 0.050.",
    ],
  ] as const)("of %s %j", (kind, found, sentence) => {
    expect(causeSentence({ kind, causes: found, word: " right" })).toBe(sentence);
  });

  it("speaks of the first set that was confirmed, and counts its members as a reader does", () => {
    const second = { ...set, positions: [7, 8], without: 0.3 };
    const found = causes("verified", [{ ...set, confirmed: false }, second]);
    const sentence = causeSentence({ kind: "text", causes: found, word: "right", sizeOf: () => 1 });
    expect(sentence).toContain(
      "depends on 1 word of the question: without it the probability of “right” goes from 0.900 to 0.300",
    );
  });
});

it("says of several sets how they stand to each other", () => {
  expect(alternativesSentence({ sets: [set] })).toBeUndefined();
  expect(alternativesSentence({ sets: [set, set] })).toContain("2 separate sets");
});

it("says the shares of a set, none below zero, and its tests", () => {
  expect(shareText({ ...set, sufficiency: -0.2 })).toBe("97 % of the fall without it, 0 % kept by it alone");
  expect(shareText({ ...set, minimal: false })).toContain("not every member was found to be needed");
  expect(testsText(set)).toBe("with patches of other pictures 80 % of the fall, p = 0.010 against 99 other sets");
  const untested = { confirmedBy: [{ intervention: "new", necessity: 0, p: 1, nullSets: 0 }] };
  expect(testsText(untested)).toBe("with new no fall of its own, or no other set to compare with");
});
