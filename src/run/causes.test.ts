import { expect, test } from "vitest";
import { alphas, defaultCausalSettings, sampleCounts } from "./causes.ts";

test("the offered values hold the default settings", () => {
  expect(alphas).toContain(defaultCausalSettings.alpha);
  expect(sampleCounts).toContain(defaultCausalSettings.samples);
  expect(alphas.length * sampleCounts.length).toBe(30);
});
