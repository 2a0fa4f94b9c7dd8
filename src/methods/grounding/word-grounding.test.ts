import { describe, expect, it } from "vitest";
import { groundingOfWords, meanWordScore, spreadOfParts, type Grounding } from "./word-grounding.ts";

const token = (score: number, relevancy: number | null): Grounding => ({
  score,
  parts: { attention: score / 2, relevancy, blank: 1 - score, others: 0.25 },
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
    expect(spoon!.grounding!.parts.attention).toBeCloseTo(0.3, 12);
    expect(spoon!.grounding!.parts.blank).toBeCloseTo(0.4, 12);
    // One of its tokens has no image part.
    expect(spoon!.grounding!.parts.relevancy).toBe(0.5);
    expect(groundingOfWords(said, [measured[0]!, measured[1]!, token(0.8, null), measured[3]!])[1]).toMatchObject({
      grounding: { parts: { relevancy: null } },
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
    expect(spreadOfParts({ attention: 0.25, relevancy: 0.75, blank: 0.5, others: 0.5 })).toBe(0.5);
    expect(spreadOfParts({ attention: 0.25, relevancy: null, blank: 1, others: 0.5 })).toBe(0.75);
  });
});
