import { describe, expect, it } from "vitest";
import { defaultSampling, samplingText, withSampling } from "./sampling.ts";

describe("the sampling of an answer", () => {
  it("is named in a few words", () => {
    expect(samplingText(defaultSampling)).toBe("greedy, 64 tokens");
    const random = { ...defaultSampling, temperature: 0.7, topP: 0.9, topK: 40, maxNewTokens: 1 };
    expect(samplingText(random)).toBe("temperature 0.7, top-p 0.90, top-k 40, 1 token");
    expect(samplingText({ ...defaultSampling, topP: 0.9, topK: 40 })).toBe("greedy, 64 tokens");
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
