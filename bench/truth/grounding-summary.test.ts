/** @file What the grounding score is fitted on, how its separation is counted, and how its coefficients are written. */
import { describe, expect, it } from "vitest";
import type { GroundingFinding, Origin } from "./grounding.ts";
import {
  agreementAreas,
  agreementModelOf,
  comparisons,
  finalModel,
  partNames,
  samplesOf,
  scoredGrounding,
  separation,
} from "./grounding-summary.ts";
import { coefficientsSource } from "./write-coefficients.ts";

function finding(scene: number, origin: Origin, blank: number): GroundingFinding {
  const parts = { blank, others: 0.2, logits: 0.5, odds: 0.5, necessity: null };
  const right = origin === "grounded";
  const agrees = { local: right ? 0.5 + scene / 100 : 0.2 + scene / 100, whole: 0.1, score: 0.5 };
  const known = { name: `q${scene}`, scene: `scene ${scene}`, form: "open", restated: false } as const;
  return { ...known, origin, right, parts, agrees, places: {} };
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
    expect(separation(scored, partNames[0], comparisons[0]!)).toEqual({ mean: 1, interval: { low: 1, high: 1 } });
    expect(separation(scored, partNames[1], comparisons[0]!).mean).toBe(0.5);
  });

  it("compares one shortcut with the grounded answers alone", () => {
    const banana = comparisons.find(({ name }) => name === "banana")!;
    expect(scored.filter(({ finding: each }) => banana.isPlanted(each))).toHaveLength(3);
    expect(scored.filter(({ finding: each }) => banana.isGrounded(each))).toHaveLength(6);
  });
});

describe("agreementAreas()", () => {
  it("compares right answers with wrong ones, wherever they come from", () => {
    const areas = agreementAreas(findings);
    expect(areas["nearest patches"]!.mean).toBe(1);
    expect(areas["mean patch"]!.mean).toBe(0.5);
    expect(areas["agreement (scene left out)"]!.mean).toBeGreaterThan(0.9);
  });
});

describe("coefficientsSource()", () => {
  it("states the model and what it was fitted on", () => {
    const models = { grounding: finalModel(findings), agreement: agreementModelOf(findings) };
    const source = coefficientsSource(models, { grounded: 6, planted: 6, scenes: 12, right: 6, wrong: 7 });
    expect(source).toContain("Fitted on 6 answers of the demo model");
    expect(source).toContain("Fitted on 6 right answers of the demo model and 7 wrong ones");
    expect(source.match(/intercept: -?[\d.]+, weights: \[-?[\d.e-]+(, -?[\d.e-]+)+\]/g)).toHaveLength(2);
  });
});
