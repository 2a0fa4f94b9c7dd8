/** @file Tests of forecasts of time: in proportion to what was measured. */
import { describe, expect, test } from "vitest";
import { computeSeconds, gradientTime, type MeasuredWork } from "./measured-times.ts";

const measured: MeasuredWork = {
  methods: ["attention", "lens", "relevancy"],
  variants: ["exact"],
  timings: { prepare: 100, vision: 200, generate: 5000, trace: 300, lens: 50, gradient: 4000 },
  tokens: 200,
  answerTokens: 10,
};

describe("gradientTime", () => {
  test("counts the passes back, by what one of them took", () => {
    const wanted = { methods: ["relevancy"], variants: ["exact"], answerTokens: 20 } as const;
    expect(gradientTime(measured, wanted)).toBe(8000);
    expect(gradientTime(measured, { ...wanted, variants: ["exact", "reference"] })).toBe(16_000);
    expect(gradientTime(measured, { ...wanted, methods: ["relevancy", "grad-cam", "gradient-rollout"] })).toBe(8000);
    expect(gradientTime(measured, { ...wanted, methods: ["lens"] })).toBe(0);
  });

  test("where nothing went back, by the passes forward", () => {
    const wanted = { methods: ["lrp"], variants: [], answerTokens: 4 } as const;
    expect(gradientTime({ timings: { vision: 100, trace: 300 }, answerTokens: 4 }, wanted)).toBe(400 * 6);
  });
});

describe("computeSeconds", () => {
  test("leaves out the answer, and grows with the tokens", () => {
    const wanted = { methods: ["lens"], variants: [], tokens: 200, answerTokens: 10 } as const;
    expect(computeSeconds(measured, wanted)).toBeCloseTo(0.65);
    expect(computeSeconds(measured, { ...wanted, tokens: 400 })).toBeCloseTo(1);
    expect(computeSeconds(measured, { ...wanted, methods: ["attention"] })).toBeCloseTo(0.6);
    expect(computeSeconds(measured, { ...wanted, methods: ["relevancy"], variants: ["reference"] })).toBeCloseTo(4.6);
  });
});
