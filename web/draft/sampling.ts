/** @file How an answer is sampled: the controls, and the choice in a few words. */
import { defaultSampling, samplingRanges } from "../../src/run/question-limits.ts";
import type { AskedSampling, RunSampling, SamplingValues } from "../../src/run/types.ts";

/** Steps of the controls. */
const samplingSteps = { temperature: 0.1, topP: 0.05, topK: 1, maxNewTokens: 1, minNewTokens: 1 } as const;

/** Range and step of a control. */
export function controlRange(name: keyof typeof samplingSteps): { min: number; max: number; step: number } {
  return { ...samplingRanges[name], step: samplingSteps[name] };
}

/** A slider adds its steps up in binary fractions; this takes what they leave off again. */
const twoDecimals = (value: number): number => Math.round(value * 100) / 100;

/** Sampling with one field changed, kept within what the server takes: a minimum of tokens never lies above the maximum. */
export function withSampling(sampling: AskedSampling, change: Partial<AskedSampling>): AskedSampling {
  const next = { ...sampling, ...change };
  const seed = Number.isFinite(next.seed) ? Math.trunc(next.seed) : 0;
  const isMinimumChanged = change.minNewTokens !== undefined;
  return {
    ...next,
    temperature: twoDecimals(next.temperature),
    topP: twoDecimals(next.topP),
    seed: Math.min(samplingRanges.seed.max, Math.max(samplingRanges.seed.min, seed)),
    maxNewTokens: isMinimumChanged ? Math.max(next.maxNewTokens, next.minNewTokens) : next.maxNewTokens,
    minNewTokens: isMinimumChanged ? next.minNewTokens : Math.min(next.maxNewTokens, next.minNewTokens),
  };
}

/** The temperature in words: greedy at 0. */
export const temperatureText = (temperature: number): string => (temperature === 0 ? "greedy" : temperature.toFixed(1));

/** The question's part of a run's sampling: values that came from the model's files are taken from them again. */
export function askedSampling(sampling: RunSampling | undefined): AskedSampling | undefined {
  if (sampling === undefined) return undefined;
  const { maxNewTokens, minNewTokens, temperature, topP, topK, seed, source } = sampling;
  return source === "checkpoint"
    ? { ...defaultSampling, maxNewTokens, minNewTokens, seed, source }
    : { maxNewTokens, minNewTokens, temperature, topP, topK, seed };
}

/** A number with at least so many decimals, and more where it has more. */
function decimals(value: number, least: number): string {
  const short = value.toFixed(least);
  return Number(short) === value ? short : String(value);
}

/** Temperature and filters in a few words: "greedy", "temperature 0.7, top-p 0.90". */
export function valuesText(values: SamplingValues): string {
  const { temperature, topP, topK, topH, minP, typicalP, epsilonCutoff, etaCutoff } = values;
  if (temperature === 0) return "greedy";
  const filter = (name: string, value: number | undefined) => (value === undefined ? [] : [`${name} ${value}`]);
  return [
    `temperature ${decimals(temperature, 1)}`,
    ...filter("top-h", topH),
    ...(topP < 1 ? [`top-p ${decimals(topP, 2)}`] : []),
    ...(topK > 0 ? [`top-k ${topK}`] : []),
    ...filter("min-p", minP),
    ...filter("typical", typicalP),
    ...filter("epsilon", epsilonCutoff),
    ...filter("eta", etaCutoff),
  ].join(", ");
}

/** The choice as the button says it: "greedy, 64 tokens", "as the files say, 64 tokens". */
export function samplingText({ source, maxNewTokens, ...values }: AskedSampling): string {
  const chosen = source === "checkpoint" ? "as the files say" : valuesText(values);
  return `${chosen}, ${maxNewTokens === 1 ? "1 token" : `${maxNewTokens} tokens`}`;
}

/** What the model's files ask for, in a sentence; `values` is undefined until the model was opened. */
export function ownSamplingText(values: SamplingValues | null | undefined): string {
  if (values === undefined) return "Their values are known once the model was opened.";
  if (values === null) return "Their sampling cannot be used; a warning about the model's files says why.";
  return `They say: ${valuesText(values)}.`;
}
