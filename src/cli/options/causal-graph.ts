/** @file Options of causal graphs. */
import { defaultCausalSettings } from "../../run/causes.ts";
import { variants } from "../../run/map-catalogue.ts";
import type { OptionSpecs } from "../option-spec.ts";

/** Of commands that learn one graph. */
export const graphVariantOption = {
  variant: {
    name: "variant",
    kind: "choice",
    choices: variants,
    default: "exact",
    description:
      "Of the causal graph: the published method with its faults repaired (exact), or its results (reference)",
  },
} as const satisfies OptionSpecs;

/** The test of independence. */
export const independenceOptions = {
  alpha: {
    name: "alpha",
    kind: "number",
    min: 1e-12,
    max: 0.5,
    default: defaultCausalSettings.alpha,
    description: "Two tokens of a causal graph count as independent if p is above it",
  },
  samples: {
    name: "samples",
    kind: "integer",
    min: 8,
    max: 1_000_000,
    default: defaultCausalSettings.samples,
    description: "Nominal sample count of the independence test",
  },
  signRule: {
    name: "sign-rule",
    kind: "choice",
    choices: ["two-sided", "legacy"],
    default: defaultCausalSettings.signRule,
    description: "Of the independence test; legacy takes negative correlation for independence, as older releases did",
  },
} as const satisfies OptionSpecs;

/** Of graphs over the attention of a run. */
export const graphOptions = {
  ...independenceOptions,
  threshold: {
    name: "attention-threshold",
    kind: "number",
    min: 0,
    max: 1,
    default: defaultCausalSettings.threshold,
    description: "Attention from which a token becomes a node of a causal graph",
  },
} as const satisfies OptionSpecs;

/** Which head's graph. */
export const graphHeadOptions = {
  layer: {
    name: "layer",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Layer of the causal graph (default: the last)",
  },
  head: {
    name: "head",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Head of the causal graph (default: the most important one for the picture)",
  },
} as const satisfies OptionSpecs;
