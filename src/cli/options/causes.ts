/** @file The options of `causes`. */
import { defaultCauseOrder, defaultCleannBudget, flowDefaults } from "../../run/cause-requests.ts";
import { causeKinds, causeMethods, causeOrders, nullSetLimits, scoreNames } from "../../run/measure-choices.ts";
import type { OptionSpecs } from "../option-spec.ts";
import { graphHeadOptions, graphOptions, graphVariantOption } from "./causal-graph.ts";
import { fillOption, measuredTokenOption, otherRunOption } from "./measuring.ts";
import { computingOptions, seedOption } from "./model.ts";
import { forceOption, reportOptions } from "./output.ts";
import { questionOptions } from "./question.ts";

const causesMethods = [...causeMethods, "patching"] as const;

export const causesOptions = {
  ...questionOptions,
  ...seedOption("Seed of the sampling, of null sets and of random graphs"),
  ...computingOptions,
  ...measuredTokenOption,
  methods: {
    name: "method",
    kind: "choices",
    choices: causesMethods,
    default: ["minimal"],
    description:
      "How causes are found: smallest sets of patches or words that are confirmed by another intervention (minimal), edges between regions, words and answer (flow), sets of each head's causal graph (cleann), or what parts of another run (--with) do in this one (patching)",
  },
  kinds: {
    name: "kind",
    kind: "choices",
    choices: causeKinds,
    description: "Of minimal: patches of the pictures, words of the question (default: both, if there is a picture)",
  },
  order: {
    name: "order",
    kind: "choice",
    choices: causeOrders,
    default: defaultCauseOrder,
    description:
      "Of minimal: what ranks patches and words before the search, a map that the run holds (exact relevancy, attention, relevance propagation), scores of all edges of attention, or the best of edges and relevancy",
  },
  score: {
    name: "score",
    kind: "choice",
    choices: scoreNames,
    description:
      "Of minimal and flow: what falls without a part, the token's log-probability, or the contrast of its logit to that of the most probable other token (default: log-probability of minimal, contrast of flow if the run names another token)",
  },
  nullSets: {
    name: "null-sets",
    kind: "integer",
    ...nullSetLimits,
    description:
      "Of minimal: other sets that each set is compared with, at most; below 39 other pictures alone confirm",
  },
  ...otherRunOption,
  bands: {
    name: "bands",
    kind: "integer",
    min: 1,
    max: 1000,
    description: `Parts that the layers are divided into (default: ${flowDefaults.bands} of flow, 8 of patching)`,
  },
  edges: {
    name: "edges",
    kind: "integer",
    min: 1,
    max: 1000,
    default: flowDefaults.edges,
    description: "Of flow: edges whose effect is measured, largest estimates first",
  },
  randomGraphs: {
    name: "random-graphs",
    kind: "integer",
    min: 0,
    max: 1000,
    default: flowDefaults.randomGraphs,
    description: "Of flow: random graphs that the found one is compared with, at most",
  },
  layer: { ...graphHeadOptions.layer, description: "Of cleann: layer of the graphs (default: the last)" },
  budget: {
    name: "budget",
    kind: "integer",
    min: 1,
    max: 10_000,
    default: defaultCleannBudget,
    description: "Of cleann: sets that are tried for each head, of its graph and of its attention each",
  },
  fill: {
    ...fillOption.fill,
    description: `Of cleann: ${fillOption.fill.description[0]!.toLowerCase()}${fillOption.fill.description.slice(1)}`,
  },
  ...graphVariantOption,
  ...graphOptions,
  out: {
    name: "out",
    kind: "text",
    value: "FILE",
    description:
      "Run file that keeps the result (default: the run that is given; of a question that is asked now nothing is kept)",
  },
  ...forceOption,
  ...reportOptions,
} as const satisfies OptionSpecs;
