/** @file Tests of the grounding score: its range, and that it reads the parts in the order of its coefficients. */
import { describe, expect, it } from "vitest";
import { groundingModel } from "./coefficients.ts";
import { groundingFeatures, groundingScore } from "./score.ts";

const parts = { attention: 0.2, relevancy: 0.4, blank: 0.6, others: 0.8 };

describe("groundingScore", () => {
  it("is the logistic function of the weighted parts", () => {
    const { intercept, weights } = groundingModel;
    const [attention, relevancy, blank, others] = weights as [number, number, number, number];
    const sum = intercept + 0.2 * attention + 0.4 * relevancy + 0.6 * blank + 0.8 * others;
    expect(weights).toHaveLength(4);
    expect(groundingScore(parts)).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
  });

  it("is from 0 to 1 for all parts", () => {
    for (let corner = 0; corner < 16; corner++) {
      const [attention, relevancy, blank, others] = [0, 1, 2, 3].map((bit) => (corner >> bit) & 1);
      const score = groundingScore({ attention: attention!, relevancy: relevancy!, blank: blank!, others: others! });
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
    }
  });

  it("counts a part that there is not as halfway", () => {
    expect(groundingFeatures({ ...parts, relevancy: null })).toEqual([0.2, 0.5, 0.6, 0.8]);
    expect(groundingScore({ ...parts, relevancy: null })).toBe(groundingScore({ ...parts, relevancy: 0.5 }));
  });
});
