import { expect, test } from "vitest";
import { alphas, defaultCausalSettings, sampleCounts } from "./causes.ts";
import { defaultCausalOptions } from "../methods/causal/options.ts";

test("the settings of runs are those of the method, and the offered values hold them", () => {
  expect(defaultCausalSettings).toEqual(defaultCausalOptions);
  expect(alphas).toContain(defaultCausalSettings.alpha);
  expect(sampleCounts).toContain(defaultCausalSettings.samples);
  expect(alphas.length * sampleCounts.length).toBe(30);
});
