/** @file How an answer is sampled: ranges and defaults of the controls, and the choice in a few words. */
import type { RunSampling } from "../../src/run/types.ts";

export const defaultSampling: RunSampling = {
  maxNewTokens: 64,
  minNewTokens: 0,
  temperature: 0,
  topP: 1,
  topK: 0,
  seed: 0,
};

export const samplingRanges = {
  temperature: { min: 0, max: 2, step: 0.1 },
  topP: { min: 0.05, max: 1, step: 0.05 },
  topK: { min: 0, max: 100, step: 1 },
  maxNewTokens: { min: 1, max: 512, step: 1 },
  minNewTokens: { min: 0, max: 64, step: 1 },
} as const satisfies Partial<Record<keyof RunSampling, { min: number; max: number; step: number }>>;

export const largestSeed = 2 ** 32 - 1;

/** A slider adds its steps up in binary fractions; this takes what they leave off again. */
const twoDecimals = (value: number): number => Math.round(value * 100) / 100;

/** Sampling with one field changed, kept within what the server takes: a minimum of tokens never lies above the maximum. */
export function withSampling(sampling: RunSampling, change: Partial<RunSampling>): RunSampling {
  const next = { ...sampling, ...change };
  const seed = Number.isFinite(next.seed) ? Math.trunc(next.seed) : 0;
  const isMinimumChanged = change.minNewTokens !== undefined;
  return {
    ...next,
    temperature: twoDecimals(next.temperature),
    topP: twoDecimals(next.topP),
    seed: Math.min(largestSeed, Math.max(0, seed)),
    maxNewTokens: isMinimumChanged ? Math.max(next.maxNewTokens, next.minNewTokens) : next.maxNewTokens,
    minNewTokens: isMinimumChanged ? next.minNewTokens : Math.min(next.maxNewTokens, next.minNewTokens),
  };
}

/** The temperature in words: greedy at 0. */
export const temperatureText = (temperature: number): string => (temperature === 0 ? "greedy" : temperature.toFixed(1));

/** The choice as the button says it: "greedy, 64 tokens", "temperature 0.7, top-p 0.90, 64 tokens". */
export function samplingText({ temperature, topP, topK, maxNewTokens }: RunSampling): string {
  const random =
    temperature === 0
      ? ["greedy"]
      : [
          `temperature ${temperature.toFixed(1)}`,
          ...(topP < 1 ? [`top-p ${topP.toFixed(2)}`] : []),
          ...(topK > 0 ? [`top-k ${topK}`] : []),
        ];
  return [...random, maxNewTokens === 1 ? "1 token" : `${maxNewTokens} tokens`].join(", ");
}
