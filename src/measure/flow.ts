/** @file Measures the flow graph of an answer token: which groups of tokens its score depends on, by way of which others. */
import type { FlowRequest } from "../run/measures.ts";

/** Estimates cost a pass forward and one backward, which takes about two forward passes. */
const estimateCost = 3;

/** Steps of the search of the graph, at its usual length. */
const searchCost = 12;

/** Times that the sequence goes through the model, each random graph kept alone and left out. */
export function flowEvaluations({ edges, randomGraphs }: FlowRequest): number {
  return estimateCost + 2 + edges + searchCost + 2 * randomGraphs;
}
