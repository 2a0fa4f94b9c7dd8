import { describe, expect, it } from "vitest";
import { groundingOfWords, meanWordScore, spreadOfParts, type Grounding } from "./word-grounding.ts";

const token = (score: number, necessity: number | null): Grounding => ({
  score,
  parts: { blank: 1 - score, others: score / 2, necessity },
  agrees: necessity === null ? null : { local: necessity / 2, whole: -necessity, score: necessity },
});

/** "A sp|oon." with its stop token, after a question: four tokens, of which the middle two are one word. */
const said = {
  tokens: [
    { text: " What?", role: "question" },
    { text: " A", role: "answer" },
    { text: " sp", role: "answer" },
    { text: "oon.", role: "answer" },
    { text: "</s>", role: "special" },
  ],
  answer: { start: 1, end: 5 },
};
const measured = [token(0.2, 0.1), token(0.4, null), token(0.8, 0.5), token(1, 1)];

describe("the grounding of words", () => {
  it("is the mean over the tokens of a word, without the stop token", () => {
    const [a, spoon, ...rest] = groundingOfWords(said, measured);
    expect(rest).toEqual([]);
    expect(a).toMatchObject({ text: "A", tokens: [0], grounding: { score: 0.2 } });
    expect(spoon).toMatchObject({ text: "spoon.", tokens: [1, 2] });
    expect(spoon!.grounding!.score).toBeCloseTo(0.6, 12);
    expect(spoon!.grounding!.parts.others).toBeCloseTo(0.3, 12);
    expect(spoon!.grounding!.parts.blank).toBeCloseTo(0.4, 12);
    // One of its tokens has no verified causes and no agreement.
    expect(spoon!.grounding!.parts.necessity).toBe(0.5);
    expect(spoon!.grounding!.agrees).toEqual({ local: 0.25, whole: -0.5, score: 0.5 });
    expect(groundingOfWords(said, [measured[0]!, measured[1]!, token(0.8, null), measured[3]!])[1]).toMatchObject({
      grounding: { parts: { necessity: null }, agrees: null },
    });
  });

  it("of the answer is the mean over words, not over tokens", () => {
    expect(meanWordScore(said, measured)).toBeCloseTo((0.2 + 0.6) / 2, 12);
  });

  it("is not there until it was measured, nor where it is of another answer", () => {
    for (const scores of [undefined, [], measured.slice(1)]) {
      expect(meanWordScore(said, scores)).toBeUndefined();
      expect(groundingOfWords(said, scores)).toEqual([
        { text: "A", tokens: [0], grounding: undefined },
        { text: "spoon.", tokens: [1, 2], grounding: undefined },
      ]);
    }
  });

  it("has parts that lie apart by the largest less the smallest", () => {
    expect(spreadOfParts({ blank: 0.25, others: 0.5, necessity: 0.75 })).toBe(0.5);
    expect(spreadOfParts({ blank: 1, others: 0.25, necessity: null })).toBe(0.75);
    expect(spreadOfParts({ blank: 1, others: 0.5 })).toBe(0.5);
  });
});
