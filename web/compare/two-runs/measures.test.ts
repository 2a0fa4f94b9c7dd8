import { describe, expect, it } from "vitest";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf, rowsOf, type OpenRunParts } from "../../../test/support/open-run.ts";
import type { Comparison } from "./comparison.ts";
import { measuresOf, measureTexts } from "./measures.ts";

const image = [1, 2, 3, 4, 9, 10, 11, 12, 13, 14];
const length = 20;
const attention = (token: number, position: number): number =>
  (token + 1) * (position === 2 || position === 13 ? 0.125 : 0);
/** Relevancy 2 on each patch and 5 on each word of question and answer, 100 at other places. */
const relevancy = (_: number, position: number): number =>
  image.includes(position) ? 2 : [5, 6, 7, 15, 17, 18].includes(position) ? 5 : 100;

function runOf(probabilities: readonly number[], more: OpenRunParts = {}) {
  const { answerTokens } = exampleDescription();
  return openRunOf({
    description: {
      measures: [],
      answerTokens: answerTokens.map((each, i) => ({ ...each, probability: probabilities[i]! })),
    },
    ...more,
  });
}
const a = runOf([0.25, 0.75, 1], {
  attention: rowsOf(3, length, attention).data as Float32Array<ArrayBuffer>,
  tensors: { "relevancy.exact.language": rowsOf(3, length, relevancy) },
});
const b = runOf([0.5, 0.5, 1]);
const comparison = (tokens: number[]): Comparison => ({
  method: "relevancy.language",
  tokens,
  tokensOfB: tokens,
  a: Float32Array.of(1, 2, 3, 4),
  b: Float32Array.of(0),
  placed: [0, 1, 2, 3],
  bOnA: Float32Array.of(1, 2, 4, 3),
  difference: Float32Array.of(0, 0, 1, -1),
  sameGrids: false,
});

describe("measures of two runs", () => {
  it("are means over the tokens, and null where a run does not hold them", () => {
    const [probability, onImage, part] = measuresOf(a, b, comparison([0, 1]));
    expect([probability!.a, probability!.b]).toEqual([0.5, 0.5]);
    expect(probability!.name).toBe("Probability of the selected tokens");
    // Token 0 has 0.25 on the image, token 1 0.5.
    expect([onImage!.a, onImage!.b]).toEqual([0.375, null]);
    // 10 patches of 2 against words of 5: question 5, 6, 15 and answer 7 for token 0. Token 1 is predicted at 17, its own place, which is left out.
    expect(part!.a).toBeCloseTo(20 / 40, 12);
    expect(part!.b).toBeNull();
  });

  it("have the grounding score where both runs have it", () => {
    const parts = { attention: 0, relevancy: null, blank: 0, others: 0 };
    const scored = (scores: readonly number[]) => {
      const run = runOf([0.5, 0.5, 1]);
      const tokens = scores.map((score) => ({ score, parts }));
      const measures = [{ request: { kind: "grounding", seed: 0 } as const, otherPictures: 8, tokens }];
      return { ...run, document: { ...run.document, description: { ...run.document.description, measures } } };
    };
    const named = (one: typeof a, other: typeof a) =>
      measuresOf(one, other, comparison([0, 1])).find(({ name }) => name === "Grounding score");
    expect(named(scored([0.25, 0.75, 0]), scored([0.5, 1, 0]))).toMatchObject({ a: 0.5, b: 0.75 });
    expect(named(scored([0.25, 0.75, 0]), b)).toBeUndefined();
  });

  it("rank both maps on the patches of A", () => {
    const [, , , rank] = measuresOf(a, b, comparison([0]));
    // Spearman by differences of ranks: 1 - 6 * (0 + 0 + 1 + 1) / (4 * 15).
    expect(rank!.both).toBeCloseTo(0.8, 12);
    const constant = { ...comparison([0]), bOnA: new Float32Array(4) };
    expect(measuresOf(a, b, constant)[3]!.both).toBeNull();
  });

  it("are written with the difference, or - where there is none", () => {
    const [probability, onImage, , rank] = measuresOf(a, b, comparison([0])).map(measureTexts);
    expect(probability).toEqual({ a: "0.250", b: "0.500", difference: "+0.250" });
    expect([onImage!.b, onImage!.difference]).toEqual(["-", "-"]);
    expect(rank).toEqual({ a: "", b: "", difference: "+0.800" });
  });
});
