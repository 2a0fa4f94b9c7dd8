/** @file Tests of the parts of the grounding score. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { logitsMoved, meanVariation, oddsFallen, totalVariation } from "./parts.ts";

const logitsOf = (probabilities: readonly number[]) => Float32Array.from(probabilities, (p) => Math.log(p) + 40);

/** The largest difference that any set of outcomes has in probability, by trying every set: another definition of total variation. */
function byEvents(p: readonly number[], q: readonly number[]): number {
  let most = 0;
  for (let bits = 0; bits < 2 ** p.length; bits++) {
    const inside = p.map((_, i) => (bits >> i) & 1);
    const difference = inside.reduce((sum, chosen, i) => sum + chosen * (p[i]! - q[i]!), 0);
    most = Math.max(most, difference);
  }
  return most;
}

function randomDistribution(size: number, random: () => number): number[] {
  const weights = Array.from({ length: size }, () => random() ** 4 + 1e-6);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

describe("totalVariation", () => {
  it("is the largest difference in probability of any event", () => {
    const random = seededRandom(6);
    for (let round = 0; round < 50; round++) {
      const [p, q] = [randomDistribution(9, random), randomDistribution(9, random)];
      expect(totalVariation(logitsOf(p), logitsOf(q))).toBeCloseTo(byEvents(p, q), 5);
    }
  });

  it("is 0 for the same distribution, however its logits are shifted, and 1 without anything in common", () => {
    const logits = Float32Array.of(1, -2, 0.5);
    expect(totalVariation(logits, logits)).toBe(0);
    expect(
      totalVariation(
        logits,
        logits.map((logit) => logit + 16),
      ),
    ).toBeCloseTo(0, 6);
    expect(totalVariation(Float32Array.of(200, 0), Float32Array.of(0, 200))).toBe(1);
    expect(totalVariation(Float32Array.of(1000, -Infinity), Float32Array.of(-Infinity, -1000))).toBe(1);
  });

  it("refuses distributions of different lengths", () => {
    expect(() => totalVariation(new Float32Array(3), new Float32Array(4))).toThrow("as many entries, got 3 and 4");
  });
});

describe("meanVariation", () => {
  it("is the mean over the others", () => {
    const one = logitsOf([0.5, 0.5]);
    expect(meanVariation(one, [logitsOf([0.5, 0.5]), logitsOf([0.9, 0.1]), logitsOf([0.3, 0.7])])).toBeCloseTo(0.2, 6);
    expect(() => meanVariation(one, [])).toThrow("needs other distributions, got none");
  });
});

describe("changes in nats", () => {
  it("of all logits are root mean squares without what shifts them together", () => {
    const one = Float32Array.of(1, 2, 3);
    // Moved by (2, 0, -2) and a shift of 7; and not at all.
    const moved = Math.sqrt(8 / 3);
    expect(logitsMoved(one, [Float32Array.of(10, 9, 8)])).toBeCloseTo(moved / (1 + moved), 6);
    expect(logitsMoved(one, [Float32Array.of(10, 9, 8), one])).toBeCloseTo(moved / 2 / (1 + moved / 2), 6);
    expect(() => logitsMoved(one, [])).toThrow("got none");
  });

  it("of the odds are the largest fall, and 0 where none falls", () => {
    const one = logitsOf([0.8, 0.2]);
    const fall = Math.log(4) - Math.log(0.25);
    expect(oddsFallen(0, one, [logitsOf([0.5, 0.5]), logitsOf([0.2, 0.8])])).toBeCloseTo(fall / (1 + fall), 5);
    expect(oddsFallen(1, one, [logitsOf([0.5, 0.5])])).toBe(0);
    expect(oddsFallen(0, Float32Array.of(100, 0), [Float32Array.of(90, 0)])).toBeCloseTo(10 / 11, 6);
  });
});
