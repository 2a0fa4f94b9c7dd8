/** @file The fit of the grounding score: free of the parts' scales, and blind to the scene that it is tested on. */
import { describe, expect, it } from "vitest";
import { logisticScore } from "../../src/methods/grounding/logistic.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import { fitScore, scoresWithoutScene } from "./grounding-fit.ts";

const random = seededRandom(5);
const samples = Array.from({ length: 40 }, (_, i) => {
  const label = (i % 2) as 0 | 1;
  return { scene: `scene ${i >> 1}`, label, features: [random() + 0.3 * label, random()] };
});

describe("fitScore()", () => {
  it("gives the same scores where a part has another scale and origin", () => {
    const scaled = samples.map((sample) => ({
      ...sample,
      features: [sample.features[0]! / 100 + 7, sample.features[1]!],
    }));
    const [plain, other] = [fitScore(samples), fitScore(scaled)];
    for (const [i, { features }] of samples.entries()) {
      expect(logisticScore(other, scaled[i]!.features)).toBeCloseTo(logisticScore(plain, features), 8);
    }
  });

  it("weighs the part that differs and stays finite where the labels are parted", () => {
    const parted = samples.map((sample) => ({ ...sample, features: [sample.label, 0.5] }));
    const { weights, intercept } = fitScore(parted);
    expect(weights[0]).toBeGreaterThan(1);
    expect(weights[1]).toBeCloseTo(0, 9);
    expect(Number.isFinite(intercept)).toBe(true);
  });
});

describe("scoresWithoutScene()", () => {
  it("does not change with the label of the scene that is scored", () => {
    const scores = scoresWithoutScene(samples);
    const flipped = samples.map((sample) =>
      sample.scene === "scene 3" ? { ...sample, label: (1 - sample.label) as 0 | 1 } : sample,
    );
    const other = scoresWithoutScene(flipped);
    for (const i of [6, 7]) expect(other[i]).toBeCloseTo(scores[i]!, 12);
    expect(other[0]).not.toBeCloseTo(scores[0]!, 6);
  });
});
