/** @file Tests of the memory forecast: each quantity counts, and the refusal says the numbers. */
import { describe, expect, test } from "vitest";
import { openRandomCheckpoint } from "../../test/support/random-checkpoint.ts";
import { defineModel } from "../models/registry.ts";
import {
  forecastMemory,
  forecastScorer,
  MemoryLimitError,
  requireMemory,
  type ScorerPlan,
  type WorkPlan,
} from "./memory.ts";

const definition = defineModel((await openRandomCheckpoint()).config);

const picture = definition.vision.plan(definition.vision.smallest);

const plan: WorkPlan = {
  weightBytes: 1000,
  widenedAtUse: 0,
  promptTokens: 40,
  maxNewTokens: 8,
  pictures: [picture],
  visionTaps: [{ site: "vision.layers.0.attention.probs", mean: "heads" }],
  languageTaps: [{ site: "language.layers.0.attention.probs", rows: [1, 2, 3] }],
  lensRows: 10,
  backwardTokens: 0,
  keptMaps: 0,
  keptStates: 0,
};

const forecast = (change: Partial<WorkPlan> = {}) => forecastMemory(definition, { ...plan, ...change });

describe("forecastMemory", () => {
  test("counts the cache and what taps keep, number by number", () => {
    const { cache, recorded } = forecast();
    // Key and value of 48 positions in 2 layers and 2 heads, width 6 padded to 8.
    expect(cache).toBe(4 * 2 * 48 * 2 * 2 * 8);
    const lens = 3 * 10 * (5 + 5 + 1 + 8);
    expect(recorded).toBe(4 * (17 * 17 + 4 * 3 * 48 + lens));
  });

  test.each([
    ["weightBytes", { weightBytes: 2000 }],
    ["widenedAtUse", { widenedAtUse: 5000 }],
    ["promptTokens", { promptTokens: 41 }],
    ["maxNewTokens", { maxNewTokens: 9 }],
    ["pictures", { pictures: [picture, picture] }],
    ["lensRows", { lensRows: 11 }],
    ["backwardTokens", { backwardTokens: 4 }],
    ["keptMaps", { keptMaps: 2 }],
    ["keptStates", { keptStates: 2 }],
    ["every head instead of the mean", { visionTaps: [{ site: "vision.layers.0.attention.probs" }] }],
    ["all rows instead of some", { languageTaps: [{ site: "language.layers.0.attention.probs" }] }],
    ["one more tap", { languageTaps: [...plan.languageTaps, { site: "logits", rows: [1] }] }],
    ["a hidden state", { languageTaps: [...plan.languageTaps, { site: "language.layers.1.residual" }] }],
  ] as const)("grows with %s", (_, change) => {
    expect(forecast(change).total).toBeGreaterThan(forecast().total);
  });

  test("an answer without a trace needs no attention map of the whole sequence", () => {
    const long = { promptTokens: 3000 };
    const nothing = { languageTaps: [], visionTaps: [], lensRows: 0, backwardTokens: 0, keptMaps: 0, keptStates: 0 };
    const asked = forecast({ ...long, ...nothing });
    expect(asked.recorded).toBe(0);
    expect(forecast(long).activations).toBeGreaterThan(asked.activations + 4 * 3000 ** 2);
  });

  test("the total is more than the sum of its parts", () => {
    const { weights, cache, activations, recorded, total } = forecast();
    expect(total).toBe(Math.round(1.1 * (weights + cache + activations + recorded)));
  });

  test("says that smaller pictures help if the tower's step is the largest, and counts their pixel values", () => {
    const [input] = picture.inputs;
    const patches = (tokens: number) => ({ ...picture, inputs: [{ ...input!, tokens, dims: [tokens, 1176] }] });
    const large = forecast({ pictures: [patches(5000)] });
    expect(
      large.activations -
        forecast({ pictures: [{ ...picture, inputs: [{ ...input!, tokens: 5000, dims: [1] }] }] }).activations,
    ).toBe(4 * (5000 * 1176 - 1));
    expect(() => requireMemory(large, 1)).toThrow("record less, use smaller pictures, allow fewer new tokens");
    expect(() => requireMemory(forecast({ promptTokens: 5000 }), 1)).toThrow("record less, allow fewer new tokens");
  });
});

describe("forecastScorer", () => {
  const scorer = { weightBytes: 1000, widenedAtUse: 10, rows: 50, predicting: 4, pictures: [] };
  const scored = (change: Partial<ScorerPlan> = {}) => forecastScorer(definition, { ...scorer, ...change });

  test("counts one layer of the rows, their maps, the keys that are kept and the logits, number by number", () => {
    // Width 24, intermediate 40, 4 heads; 491 entries in the vocabulary. 256 rows of variants go together, behind 50 keys.
    const layer = 256 * (3 * 40 + 4 * 24) + 2 * 256 * 24;
    const maps = 256 * (50 + 256) * (3 * 4 + 2);
    const { layers, keyValueHeads, headWidth } = definition.language.config;
    const cache = 4 * 2 * layers * keyValueHeads * 50 * headWidth;
    const activations = 4 * (layer + maps) + 20;
    const recorded = 4 * 2 * 4 * 491;
    const total = Math.round(1.1 * (1000 + cache + activations + recorded));
    expect(scored()).toEqual({ weights: 1000, cache, activations, recorded, total });
    // A longer sequence goes alone.
    const long = 4 * (600 * (3 * 40 + 4 * 24) + 2 * 600 * 24 + 600 * 600 * (3 * 4 + 2)) + 20;
    expect(scored({ rows: 600 }).activations).toBe(long);
    // 17 tokens of width 16, intermediate 24, 2 heads, in a session of its own.
    const tower = 17 * (3 * 24 + 4 * 16) + 3 * 2 * 17 * 17;
    expect(scored({ pictures: [picture] }).activations).toBe(activations + 4 * tower + 20);
  });

  test.each([{ weightBytes: 2000 }, { widenedAtUse: 500 }, { rows: 51 }, { predicting: 5 }, { pictures: [picture] }])(
    "grows with %j",
    (change) => expect(scored(change).total).toBeGreaterThan(scored().total),
  );
});

describe("requireMemory", () => {
  test("takes what just fits and refuses one byte more, with the numbers and what to do", () => {
    const large = forecast({ weightBytes: 3 * 2 ** 30 });
    requireMemory(large, large.total);
    const refuse = () => requireMemory(large, large.total - 1);
    expect(refuse).toThrow(MemoryLimitError);
    expect(refuse).toThrow(
      /^The question would take about 3\.5 GB of memory \(weights 3\.2 GB, cache .* more than the limit of 3\.5 GB; raise the limit, record less, allow fewer new tokens or keep 16-bit weights\.$/,
    );
    try {
      requireMemory(large, 5);
    } catch (error) {
      expect(error).toMatchObject({ name: "MemoryLimitError", forecast: large, limitBytes: 5 });
      expect(String(error)).toContain("more than the limit of 5 B;");
    }
  });
});
