/** @file Tests of the grounding score: its range, that it reads the parts in the order of its coefficients, and what a verified cause adds. */
import { describe, expect, it } from "vitest";
import { agreementModel, groundingModel } from "./coefficients.ts";
import { agreementScore, groundingScore } from "./score.ts";

const parts = { blank: 0.1, others: 0.2, logits: 0.3, odds: 0.4, necessity: null };

describe("groundingScore", () => {
  it("is the logistic function of the weighted changes", () => {
    const { intercept, weights } = groundingModel;
    const [blank, others, logits, odds] = weights as [number, number, number, number];
    const sum = intercept + 0.1 * blank + 0.2 * others + 0.3 * logits + 0.4 * odds;
    expect(weights).toHaveLength(4);
    expect(groundingScore(parts)).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
  });

  it("is from 0 to 1 for all parts, and rises with every change", () => {
    const score = (blank: number, others: number) => groundingScore({ ...parts, blank, others });
    for (const value of [score(0, 0), score(0, 1), score(1, 0), score(1, 1)]) {
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }
    expect(score(0, 1)).toBeGreaterThan(score(0, 0));
    expect(score(1, 1)).toBeGreaterThan(score(0, 0));
  });

  it("is at least the necessity of a confirmed cause, and loses nothing where none was found", () => {
    expect(groundingScore({ ...parts, necessity: 0.95 })).toBe(0.95);
    expect(groundingScore({ ...parts, necessity: 1.2 })).toBe(1);
    expect(groundingScore({ ...parts, necessity: 0 })).toBe(groundingScore(parts));
  });
});

describe("agreementScore", () => {
  it("is the logistic function of the weighted similarities", () => {
    const { intercept, weights } = agreementModel;
    const [local, whole] = weights as [number, number];
    expect(weights).toHaveLength(2);
    const sum = intercept + 0.4 * local + 0.3 * whole;
    expect(agreementScore({ local: 0.4, whole: 0.3 })).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
  });
});
