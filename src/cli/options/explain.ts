/** @file The options of `explain`. */
import { variants } from "../../run/map-catalogue.ts";
import { causalMethod, methods, traceMethods } from "../../run/maps.ts";
import { pathSteps, recordings } from "../../run/question-limits.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { graphOptions } from "./causal-graph.ts";
import { computingOptions, seedOption } from "./model.ts";
import { forceOption, reportOptions } from "./output.ts";
import { questionOptions } from "./question.ts";

export const explainOptions = {
  ...questionOptions,
  ...seedOption("Seed of the sampling"),
  ...computingOptions,
  methods: {
    name: "method",
    kind: "choices",
    choices: [...methods, causalMethod],
    default: traceMethods,
    description: "What to record",
  },
  variants: {
    name: "variant",
    kind: "choices",
    choices: variants,
    description:
      "Of relevancy and causal graphs: with the faults of the published tool repaired (exact), or its numbers (reference); graphs take the first that is named (default: exact)",
  },
  target: {
    name: "target",
    kind: "text",
    value: "logit|logprob|contrast:TOKEN",
    description:
      "What methods by gradient explain of a token: its raw logit, its log-probability, or its logit less that of another token (default: logit)",
  },
  tokens: {
    name: "tokens",
    kind: "texts",
    value: "all|INDEX...|WORD...",
    description: "Answer tokens that methods by gradient explain, by index from 0 or by word (default: all)",
  },
  steps: {
    name: "ig-steps",
    kind: "integer",
    min: pathSteps.min,
    max: pathSteps.max,
    description: `Points of the path of integrated gradients: more bring the sum of a map nearer to what it explains (default: ${pathSteps.default})`,
  },
  record: {
    name: "record",
    kind: "choice",
    choices: recordings,
    default: "default",
    description: "Attention of the question and answer tokens, or of every token with every logit",
  },
  ...graphOptions,
  layers: {
    name: "layers",
    kind: "text",
    value: "last|all|N,N",
    default: "last",
    description: "Layers whose heads' causal graphs are learned, with --method causal",
  },
  out: {
    name: "out",
    kind: "text",
    value: "NAME.run.safetensors",
    description: "Run file to write (default: after the first picture)",
  },
  ...forceOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
