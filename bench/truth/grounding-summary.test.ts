/** @file What the grounding score is fitted on, how its separation is counted, and how its coefficients are written. */
import { describe, expect, it } from "vitest";
import type { GroundingFinding, Origin } from "./grounding.ts";
import { comparisons, finalModel, partNames, samplesOf, scoredGrounding, separation } from "./grounding-summary.ts";
import { coefficientsSource } from "./write-coefficients.ts";

function finding(scene: number, origin: Origin, blank: number): GroundingFinding {
  const parts = { attention: 0.5, relevancy: null, blank, others: 0.2 + (scene % 3) / 10 };
  return { name: `q${scene}`, scene: `scene ${scene}`, form: "open", restated: false, origin, parts, places: {} };
}

const findings = [
  ...Array.from({ length: 6 }, (_, i) => finding(i, "grounded", 0.7 + i / 100)),
  ...Array.from({ length: 6 }, (_, i) => finding(10 + i, i < 3 ? "prior" : "door", 0.1 + i / 100)),
  finding(20, "tag", 0.9),
];

describe("samplesOf()", () => {
  it("holds the apples out, and labels what comes from looking", () => {
    expect(samplesOf(findings).map(({ label }) => label)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
});

describe("separation()", () => {
  const scored = scoredGrounding(findings);
  it("is 1 for a part that parts them, and 0.5 for one that is the same everywhere", () => {
    expect(separation(scored, partNames[2], comparisons[0]!)).toEqual({ mean: 1, interval: { low: 1, high: 1 } });
    expect(separation(scored, partNames[0], comparisons[0]!).mean).toBe(0.5);
  });

  it("compares one shortcut with the grounded answers alone", () => {
    const banana = comparisons.find(({ name }) => name === "banana")!;
    expect(scored.filter(({ finding: each }) => banana.isPlanted(each))).toHaveLength(3);
    expect(scored.filter(({ finding: each }) => banana.isGrounded(each))).toHaveLength(6);
  });
});

describe("coefficientsSource()", () => {
  it("states the model and what it was fitted on", () => {
    const source = coefficientsSource(finalModel(findings), { grounded: 6, planted: 6, scenes: 12 });
    expect(source).toContain("Fitted on 6 answers of the demo model");
    expect(source).toMatch(/intercept: -?[\d.]+, weights: \[(-?[\d.e-]+, ){3}-?[\d.e-]+\]/);
  });
});
