/** @file Options of the model that a command opens, and of how it computes. */
import { defaultSampling, samplingRanges } from "../../run/question-limits.ts";
import type { OptionSpecs } from "../option-spec.ts";

export const modelOption = {
  model: {
    name: "model",
    kind: "text",
    value: "PATH_OR_HUB_ID",
    default: "demo",
    description: "Checkpoint folder, hub id of a model in the cache, or a model of the program: demo, demo-twin",
  },
} as const satisfies OptionSpecs;

export const precisionOption = {
  precision: {
    name: "precision",
    kind: "choice",
    choices: ["f32", "f16", "auto"],
    default: "auto",
    description:
      "How 16-bit weights are held: widened (fast), as stored (half the memory), or as the available memory allows",
  },
} as const satisfies OptionSpecs;

export const memoryOption = {
  maxMemory: {
    name: "max-memory",
    kind: "bytes",
    value: "SIZE",
    description: "Memory that the work may take, such as 8GB (default: what is available)",
  },
} as const satisfies OptionSpecs;

/** Of commands that run a model. */
export const computingOptions = {
  ...precisionOption,
  device: {
    name: "device",
    kind: "choice",
    choices: ["cpu", "auto"],
    default: "auto",
    description: "Where to compute",
  },
  ...memoryOption,
} as const satisfies OptionSpecs;

/** The seed of a command, which draws these things at random. */
export function seedOption(description: string): {
  readonly seed: {
    readonly name: "seed";
    readonly kind: "integer";
    readonly min: number;
    readonly max: number;
    readonly default: number;
    readonly description: string;
  };
} {
  const { min, max } = samplingRanges.seed;
  return { seed: { name: "seed", kind: "integer", min, max, default: defaultSampling.seed, description } };
}
