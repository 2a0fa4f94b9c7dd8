/** @file What the maps that can be measured are called, and in which unit they are. */
import type { MapMethod } from "../../src/run/measures.ts";

export interface MethodName {
  /** Under a map, and in a table: "Relevancy, language". */
  readonly short: string;
  /** In a sentence: "relevancy of the language model". */
  readonly subject: string;
  readonly unit: string;
}

const relevancyUnit = "relevancy, no unit";

/** A table, so that a method without its words does not compile. */
export const methodNames: { readonly [M in MapMethod]: MethodName } = {
  attention: {
    short: "Attention, mean",
    subject: "attention, mean of all layers and heads",
    unit: "attention weight",
  },
  rollout: { short: "Rollout", subject: "attention rollout", unit: "rolled-out attention" },
  "relevancy.language": {
    short: "Relevancy, language",
    subject: "relevancy of the language model",
    unit: relevancyUnit,
  },
  "relevancy.vision": { short: "Relevancy, vision", subject: "relevancy of the vision tower", unit: relevancyUnit },
  "relevancy.combined": { short: "Relevancy, combined", subject: "combined relevancy", unit: relevancyUnit },
  causes: { short: "Causes", subject: "causal explanations of the last layer", unit: "share of heads" },
  occlusion: { short: "Masking", subject: "masking each patch", unit: "fall of probability" },
};
