/** @file Options of how an answer is drawn. */
import { defaultSampling, samplingRanges } from "../../run/question-limits.ts";
import type { OptionSpecs } from "../option-spec.ts";

export const samplingOptions = {
  maxNewTokens: {
    name: "max-new-tokens",
    kind: "integer",
    ...samplingRanges.maxNewTokens,
    default: defaultSampling.maxNewTokens,
    description: "Longest answer, in tokens",
  },
  minNewTokens: {
    name: "min-new-tokens",
    kind: "integer",
    ...samplingRanges.minNewTokens,
    default: defaultSampling.minNewTokens,
    description: "Shortest answer, in tokens",
  },
  sampling: {
    name: "sampling",
    kind: "choice",
    choices: ["options", "checkpoint"],
    default: "options",
    description:
      "Where temperature and filters come from: the options below, or the model's generation_config.json (greedy if it says so)",
  },
  temperature: {
    name: "temperature",
    kind: "number",
    ...samplingRanges.temperature,
    default: defaultSampling.temperature,
    description: "Randomness of the answer; 0 always takes the likeliest token",
  },
  topP: {
    name: "top-p",
    kind: "number",
    ...samplingRanges.topP,
    default: defaultSampling.topP,
    description: "Sample from the likeliest tokens that together have this probability",
  },
  topK: {
    name: "top-k",
    kind: "integer",
    ...samplingRanges.topK,
    default: defaultSampling.topK,
    description: "Sample from this many likeliest tokens; 0 is off",
  },
} as const satisfies OptionSpecs;
