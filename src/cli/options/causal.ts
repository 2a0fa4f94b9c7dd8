/** @file The options of `causal`. */
import type { OptionSpecs } from "../option-spec.ts";
import { graphVariantOption, independenceOptions } from "./causal-graph.ts";
import { reportOptions } from "./output.ts";

export const causalOptions = {
  maxMemory: {
    name: "max-memory",
    kind: "bytes",
    value: "SIZE",
    description: "Memory that the search may take, such as 8GB (default: 4GB)",
  },
  ...graphVariantOption,
  ...independenceOptions,
  matrix: {
    name: "matrix",
    kind: "text",
    value: "FILE",
    description: 'Attention of one head: JSON with "attention_lower", or a square tensor of a safetensors file',
  },
  tensor: {
    name: "tensor",
    kind: "text",
    value: "NAME",
    description: "Which tensor of a safetensors file (default: the first square one)",
  },
  target: {
    name: "target",
    kind: "integer",
    min: 0,
    max: 1_000_000,
    description: "Position of the explained token (default: the file's, else the last node)",
  },
  nodes: {
    name: "nodes",
    kind: "text",
    value: "0,3-8",
    description:
      "Positions that become nodes, in causal order (default: the file's, else every token up to the target)",
  },
  centerRows: {
    name: "center-rows",
    kind: "flag",
    description: "Subtract the mean row of the nodes first, as a covariance would; the published method does not",
  },
  withoutKeys: {
    name: "without-keys",
    kind: "text",
    value: "0,3-8",
    description: "Positions whose columns are left out, such as attention sinks that make all rows alike",
  },
  timeLimit: {
    name: "time-limit",
    kind: "integer",
    min: 1,
    max: 86_400,
    default: 600,
    description: "Seconds that the search may take",
  },
  ...reportOptions,
} as const satisfies OptionSpecs;
