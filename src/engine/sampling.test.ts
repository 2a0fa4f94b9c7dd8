/** @file Tests of choosing tokens: greedy ties, the limits of top-k and top-p, frequencies against the exact distribution. */
import { describe, expect, test } from "vitest";
import { generationCases } from "../../test/support/generation-cases.ts";
import { defaultSampling } from "../run/question-limits.ts";
import { drawnFrom, tokenSampler, type Sampling } from "./sampling.ts";
import { seededRandom } from "../tensor/random.ts";

const logits = Float32Array.of(1, 2.5, -1, 2.5, 0, 2, -Infinity);

/** Shares of each id over draws of one sampler. */
function shares(sampling: Omit<Sampling, "seed">, { draws = 20000, scores = logits } = {}): number[] {
  const choose = tokenSampler({ ...sampling, seed: 7 });
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[choose(scores)]! += 1;
  return counts.map((count) => count / draws);
}

/** The logits with these ids excluded. */
const without = (...ids: number[]) => logits.map((logit, id) => (ids.includes(id) ? -Infinity : logit));

/** Softmax over the kept ids, 0 elsewhere. */
function distribution(kept: readonly number[], temperature: number): number[] {
  const weights = Array.from(logits, (x, id) => (kept.includes(id) ? Math.exp(x / temperature) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const everyId = [0, 1, 2, 3, 4, 5, 6];
/** Four standard deviations of a share of 20000 draws, at most. */
const tolerance = 4 * Math.sqrt(0.25 / 20000);

describe("tokenSampler, greedy", () => {
  test("takes the largest logit, the lowest id among equals", () => {
    expect(tokenSampler(defaultSampling)(logits)).toBe(1);
    expect(tokenSampler(defaultSampling)(without(1))).toBe(3);
    expect(tokenSampler(defaultSampling)(without(1, 3))).toBe(5);
  });

  test("refuses where every token is excluded", () => {
    for (const temperature of [0, 1]) {
      const choose = tokenSampler({ ...defaultSampling, temperature });
      expect(() => choose(Float32Array.of(-Infinity, -Infinity))).toThrow("generation: no token may be chosen");
    }
  });
});

describe("tokenSampler, sampled", () => {
  test.each([
    { temperature: 1, topK: 0, topP: 1, kept: everyId },
    { temperature: 0.5, topK: 0, topP: 1, kept: everyId },
    { temperature: 2, topK: 3, topP: 1, kept: [1, 3, 5] },
    { temperature: 1, topK: 2, topP: 1, kept: [1, 3] },
    { temperature: 1, topK: 1, topP: 1, kept: [1] },
    { temperature: 1, topK: 100, topP: 1, kept: everyId },
    // Shares at temperature 1 are 0.35, 0.35, 0.21, 0.08, 0.03, 0.01.
    { temperature: 1, topK: 0, topP: 0.3, kept: [1] },
    { temperature: 1, topK: 0, topP: 0.5, kept: [1, 3] },
    { temperature: 1, topK: 0, topP: 0.75, kept: [1, 3, 5] },
    { temperature: 1, topK: 0, topP: 0, kept: [1] },
    // Of the two best each has half, so that a nucleus of 0.6 takes both.
    { temperature: 1, topK: 2, topP: 0.6, kept: [1, 3] },
  ])("temperature $temperature, top-k $topK, top-p $topP gives the exact shares", ({ kept, ...sampling }) => {
    const expected = distribution(kept, sampling.temperature);
    const found = shares(sampling);
    expect(found).toBeCloseToArray(expected, tolerance);
    for (const [id, share] of expected.entries()) if (share === 0) expect(found[id]).toBe(0);
  });

  test("excluded ids are never drawn, and the others keep their proportions", () => {
    const found = shares({ temperature: 1, topK: 0, topP: 1 }, { scores: without(1, 5) });
    expect(found).toBeCloseToArray(distribution([0, 2, 3, 4, 6], 1), tolerance);
    expect([found[1], found[5]]).toEqual([0, 0]);
  });

  test("the same seed gives the same draws, another seed others", () => {
    const draw = (seed: number) => {
      const choose = tokenSampler({ temperature: 1, topK: 0, topP: 1, seed });
      return Array.from({ length: 50 }, () => choose(logits));
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  test("a very low temperature is greedy, and does not overflow", () => {
    const choose = tokenSampler({ temperature: 1e-30, topK: 0, topP: 1, seed: 1 });
    const huge = Float32Array.of(-3e38, 5, 3e38);
    expect(Array.from({ length: 20 }, () => choose(huge))).toEqual(new Array(20).fill(2));
  });
});

describe("drawnFrom", () => {
  test.each(generationCases.sampling.map((wanted) => [JSON.stringify(wanted.fields), wanted] as const))(
    "keeps with %s what transformers keeps",
    (_, { fields, logits: scores, probabilities }) => {
      const { temperature = 1, top_k = 50, top_p = 1, ...rest } = fields as Record<string, number | undefined>;
      const found = drawnFrom(Float32Array.from(scores), {
        ...{ temperature, topK: top_k, topP: top_p, topH: rest.top_h, minP: rest.min_p, typicalP: rest.typical_p },
        ...{ epsilonCutoff: rest.epsilon_cutoff, etaCutoff: rest.eta_cutoff },
      });
      const share = new Map(found.map(({ id, probability }) => [id, probability]));
      expect(scores.map((_, id) => share.has(id))).toEqual(probabilities.map((wanted) => wanted !== null));
      expect(scores.map((_, id) => share.get(id) ?? 0)).toBeCloseToArray(
        probabilities.map((wanted) => wanted ?? 0),
        1e-6,
      );
    },
  );

  test("gives a score beyond the largest number everything", () => {
    expect(drawnFrom(Float32Array.of(1, Infinity, 2), { ...defaultSampling, temperature: 1 })).toEqual([
      { id: 1, probability: 1 },
    ]);
  });
});

describe("seededRandom", () => {
  test("numbers lie in [0, 1) and fill it evenly", () => {
    for (const seed of [0, 1, -5, 2 ** 31, 123456789]) {
      const random = seededRandom(seed);
      const bins = new Array<number>(20).fill(0);
      const draws = 20000;
      let inside = true;
      let serial = 0;
      let before = 0.5;
      for (let i = 0; i < draws; i++) {
        const x = random();
        inside &&= x >= 0 && x < 1;
        bins[Math.floor(x * 20)]! += 1;
        serial += (x - 0.5) * (before - 0.5);
        before = x;
      }
      expect(inside).toBe(true);
      // Chi-square with 19 degrees of freedom lies above 50 once in 10,000 times.
      const chiSquare = bins.reduce((sum, count) => sum + (count - draws / 20) ** 2 / (draws / 20), 0);
      expect(chiSquare).toBeLessThan(50);
      // Neighbors are not correlated: the mean product is 0 with a deviation of 1 / 12 / sqrt(draws).
      expect(Math.abs(serial / draws)).toBeLessThan(4 / 12 / Math.sqrt(draws));
    }
  });

  test("repeats for a seed and differs between neighboring seeds", () => {
    const first = (seed: number) => {
      const random = seededRandom(seed);
      return [random(), random(), random()];
    };
    expect(first(42)).toEqual(first(42));
    expect(new Set(Array.from({ length: 1000 }, (_, seed) => first(seed)[0])).size).toBe(1000);
  });
});
