import { describe, expect, it } from "vitest";
import { defaultSampling } from "../../src/run/question-limits.ts";
import { askedSampling, ownSamplingText, samplingText, valuesText, withSampling } from "./sampling.ts";

describe("the sampling of an answer", () => {
  it("is named in a few words", () => {
    expect(samplingText(defaultSampling)).toBe("greedy, 64 tokens");
    const random = { ...defaultSampling, temperature: 0.7, topP: 0.9, topK: 40, maxNewTokens: 1 };
    expect(samplingText(random)).toBe("temperature 0.7, top-p 0.90, top-k 40, 1 token");
    expect(samplingText({ ...defaultSampling, topP: 0.9, topK: 40 })).toBe("greedy, 64 tokens");
    expect(samplingText({ ...random, source: "checkpoint" })).toBe("as the files say, 1 token");
  });

  it("of a model's files is named with every filter", () => {
    const values = { temperature: 0.000001, topP: 0.001, topK: 1, minP: 0.05, topH: 0.4 };
    expect(valuesText(values)).toBe("temperature 0.000001, top-h 0.4, top-p 0.001, top-k 1, min-p 0.05");
    const cutoffs = { typicalP: 0.9, epsilonCutoff: 0.0003, etaCutoff: 0.002 };
    expect(ownSamplingText({ temperature: 1, topP: 1, topK: 50, ...cutoffs })).toBe(
      "They say: temperature 1.0, top-k 50, typical 0.9, epsilon 0.0003, eta 0.002.",
    );
    expect(ownSamplingText({ temperature: 0, topP: 1, topK: 0 })).toBe("They say: greedy.");
    expect(ownSamplingText(undefined)).toContain("once the model was opened");
    expect(ownSamplingText(null)).toContain("cannot be used");
  });

  it("of a run is asked for again: values of the files from the files, others as they were", () => {
    const length = { maxNewTokens: 9, minNewTokens: 2, seed: 5 };
    const own = { ...length, temperature: 3, topP: 0.01, topK: 500, minP: 0.2, source: "checkpoint" } as const;
    expect(askedSampling(own)).toEqual({ ...defaultSampling, ...length, source: "checkpoint" });
    const chosen = { ...length, temperature: 0.5, topP: 0.9, topK: 7 };
    expect(askedSampling(chosen)).toEqual(chosen);
    expect(askedSampling(undefined)).toBeUndefined();
  });

  it("is the question's own again once the files' is given up", () => {
    const own = withSampling(defaultSampling, { source: "checkpoint" });
    expect(own.source).toBe("checkpoint");
    expect(JSON.stringify(withSampling(own, { source: undefined }))).toBe(JSON.stringify(defaultSampling));
  });

  it("keeps the minimum of tokens at or below the maximum, whichever is moved", () => {
    const both = { ...defaultSampling, minNewTokens: 30 };
    expect(withSampling(both, { maxNewTokens: 8 })).toMatchObject({ minNewTokens: 8, maxNewTokens: 8 });
    const short = { ...defaultSampling, maxNewTokens: 8 };
    expect(withSampling(short, { minNewTokens: 30 })).toMatchObject({ minNewTokens: 30, maxNewTokens: 30 });
  });

  it("takes off what steps of a slider leave, and keeps the seed a whole number that the server takes", () => {
    expect(withSampling(defaultSampling, { temperature: 0.1 + 0.2 }).temperature).toBe(0.3);
    expect(withSampling(defaultSampling, { seed: Number.NaN }).seed).toBe(0);
    expect(withSampling(defaultSampling, { seed: -3.5 }).seed).toBe(0);
    expect(withSampling(defaultSampling, { seed: 1e12 }).seed).toBe(2 ** 32 - 1);
  });
});
