import { describe, expect, it } from "vitest";
import type { ModelDetails } from "../../../src/server/api.ts";
import { loadingText, modelFacts, modelLine } from "./model-facts.ts";

const details: ModelDetails = {
  architecture: "LlavaForConditionalGeneration",
  precision: "f16",
  layers: 32,
  heads: 24,
  grid: { rows: 24, cols: 20 },
  input: { width: 336, height: 336 },
  weightBytes: 14_100_000_000,
  warnings: [],
  fits: [],
  sampling: null,
};

describe("what is said of a model", () => {
  it("names precision, layers by heads, patch grid and memory", () => {
    expect(modelFacts({ details })).toEqual(["f16", "32 × 24 heads", "24 × 20 patches", "14.1 GB"]);
    expect(modelFacts({})).toEqual([]);
  });

  it("gives the reason where a model failed", () => {
    const line = modelLine({ id: "a", name: "a", state: "failed", error: "config.json is missing." });
    expect(line).toBe("Could not be loaded: config.json is missing.");
  });

  it("names what is on this computer but not loaded", () => {
    expect(modelLine({ id: "a", name: "a", state: "available" })).toBe("on this computer, not loaded");
    const about = "a toy";
    expect(modelLine({ id: "a", name: "a", about, state: "available" })).toBe("a toy; on this computer, not loaded");
  });

  it("tells percent, and the size where bytes are counted", () => {
    expect(loadingText(undefined)).toBe("loading");
    expect(loadingText({ share: 0.438, total: 13_200_000_000 })).toBe("loading 43 % of 13.2 GB");
    expect(loadingText({ share: 0.5, total: 4 })).toBe("loading 50 %");
  });
});
