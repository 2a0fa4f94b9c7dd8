/** @file Tests of the verdict in words: its fixed sentences and its numbers. */
import { describe, expect, it } from "vitest";
import { exampleMeasures } from "../../test/support/example-run.ts";
import { partKinds, verdictCodes } from "../run/measure-choices.ts";
import { resultsOf, type NullTest, type VerifiedPart, type VerifyResult } from "../run/measures.ts";
import { shareOf, verdictLines, verdictSentence } from "./verdict-text.ts";

const [example] = resultsOf(exampleMeasures, "verify") as [VerifyResult];
const [image, text] = example.parts as [VerifiedPart, VerifiedPart];
const [shifted] = image.tests as [NullTest];

describe("the sentence of a verdict", () => {
  const of = (change: Partial<VerifiedPart>) => verdictSentence({ ...image, ...change });

  it("is one of a few for patches", () => {
    expect(of({ verdict: "depends" })).toBe("The answer depends on this.");
    expect(of({ verdict: "random" })).toBe("No more than a random region of the same shape.");
    expect(of({ verdict: "nothing", tests: [] })).toBe("The picture does not matter for this word.");
    expect(of({ verdict: "few" })).toBe("Could not tell: too few sets.");
    expect(of({ verdict: "little" })).toBe("The answer hardly changes without this.");
    expect(of({ verdict: "unconfirmed" })).toBe("Not confirmed: only the mean color lowers the answer.");
  });

  it("names what the set was compared with", () => {
    const against = (nullSets: NullTest["nullSets"]) => of({ verdict: "random", tests: [{ ...shifted, nullSets }] });
    expect(against("random")).toBe("No more than as many random patches.");
    expect(against("words")).toBe("No more than random words of the same kind.");
    expect(against("layer-heads")).toBe("No more than random heads of the same layers.");
    expect(of({ kind: "text", verdict: "nothing" })).toBe("Words of this kind do not matter for this word.");
  });

  it("says nothing of why, of any kind and verdict", () => {
    for (const kind of partKinds) {
      for (const verdict of verdictCodes) expect(of({ kind, verdict })).not.toMatch(/\b(explains|proves|because)\b/i);
    }
  });
});

describe("the lines of a result", () => {
  it("have verdict, fall, share of the whole fall, sets, p, confirmation and power of each part", () => {
    expect(verdictLines(example, " right")).toEqual([
      "Patches: The answer depends on this. p(right) goes from 0.900 to 0.200; its log-probability falls by 1.50, 52 % of the fall without the picture; 0 of 3 regions of the same shape elsewhere lowered it as much (p = 0.050). Confirmed by patches of other pictures (p = 0.040). A set that 2 % of others match would pass 60 % of such tests.",
      "Words: Could not tell: too few sets. p(right) goes from 0.900 to 0.800; its log-probability falls by 0.12, 29 % of the fall without all words of this kind; 1 of 2 sets of as many words of the same kind lowered it as much (p = 0.667). A set that 2 % of others match would pass 0 % of such tests.",
    ]);
  });

  it("say that a test ended early, and which ways did not confirm it", () => {
    const stopped = { ...shifted, p: 5 / 17, used: 17, available: 99, asMuch: 5, stopped: true };
    const others = { ...shifted, intervention: "others", p: 0.2 } as const;
    const knocked = { ...shifted, intervention: "knock-out", p: 0.03 } as const;
    const [line] = verdictLines({ ...example, parts: [{ ...image, tests: [stopped, others, knocked] }] }, "a");
    expect(line).toContain(
      "5 of 17 regions of the same shape elsewhere lowered it as much (p = 0.294, ended early of 99).",
    );
    expect(line).toContain(
      "Not by patches of other pictures (p = 0.200); confirmed by attention knock-out (p = 0.030).",
    );
  });

  it("say that the picture does not matter by the probability without it", () => {
    const nothing = { ...image, verdict: "nothing", tests: [], whole: { score: -0.11, probability: 0.896 } } as const;
    expect(verdictLines({ ...example, parts: [nothing] }, "yes")).toEqual([
      "The picture does not matter for this word. p(yes) goes from 0.900 to 0.896 without the picture.",
    ]);
  });

  it("say that no other sets exist of the whole picture", () => {
    const whole = {
      ...image,
      masked: image.whole!,
      tests: [{ ...shifted, p: null, used: 0, available: 0, falls: [] }],
    };
    expect(verdictLines({ ...example, parts: [whole] }, "a")).toEqual([
      "The answer depends on this. p(a) goes from 0.900 to 0.050; its log-probability falls by 2.89; there are no other sets of this size.",
    ]);
  });

  it("name a contrast, and a score that rises", () => {
    const request = { ...example.request, score: { contrast: 7 } };
    const rising = { ...text, masked: { score: 0.4, probability: 0.95 } };
    const [line] = verdictLines({ ...example, request, parts: [rising] }, "a");
    expect(line).toContain("its contrast to the rival rises by 0.51");
  });
});

it("the share of the whole fall is unknown without one", () => {
  expect(shareOf(image, example.original.score)).toBeCloseTo(1.504 / 2.891, 3);
  expect(shareOf({ ...image, whole: undefined }, 0)).toBeNull();
  expect(shareOf({ ...image, whole: { score: 1, probability: 1 } }, 0)).toBeNull();
});
