/** @file Tests of what is said of a model that was checked. */
import { describe, expect, it } from "vitest";
import type { ModelCheck } from "../../../src/server/api.ts";
import { modelFits, modelIs, modelNeeds } from "./model-needs.ts";

const check: ModelCheck = {
  model: "a/b",
  isHere: false,
  runs: true,
  problem: null,
  architecture: "llava",
  parameters: 7_060_000_000,
  weightBytes: 14_000_000_000,
  availableBytes: 16_000_000_000,
  needs: [
    { precision: "f32", memoryBytes: 30_000_000_000, seconds: 95 },
    { precision: "f16", memoryBytes: 15_000_000_000, seconds: null },
  ],
  answerTokens: 64,
  warnings: [],
};

describe("what is said of a checked model", () => {
  it("names family, size, and whether it must be downloaded", () => {
    expect(modelIs(check)).toMatch(/^Family llava, 7\.06 billion parameters, .*GB\. Loading downloads it first\.$/);
    expect(modelIs({ ...check, isHere: true, parameters: 31_000_000, weightBytes: null })).toBe(
      "Family llava, 31.0 million parameters. It is on this computer.",
    );
    expect(modelIs({ ...check, architecture: null })).toBe("");
  });

  it("gives memory and time by precision, and what is free", () => {
    const [wide, narrow, free] = modelNeeds(check);
    expect(wide).toMatch(/^32-bit weights: .* of memory, about .* for an answer of 64 tokens and its maps\.$/);
    expect(narrow).toMatch(/^16-bit weights: [^,]* of memory\.$/);
    expect(free).toMatch(/are free now\.$/);
    expect(modelNeeds({ ...check, needs: [] })).toEqual([]);
  });

  it("fits if one precision does, or if nothing is known", () => {
    expect(modelFits(check)).toBe(true);
    expect(modelFits({ ...check, availableBytes: 14_000_000_000 })).toBe(false);
    expect(modelFits({ ...check, availableBytes: null })).toBe(true);
    expect(modelFits({ ...check, needs: [] })).toBe(true);
  });
});
