/** @file What can rank patches and words before causes are searched, as the settings name it. */
import type { CauseOrder } from "../../../src/run/measure-choices.ts";

export const orderLabels: { readonly [O in CauseOrder]: string } = {
  best: "the best that the run holds",
  edges: "scores of edges",
  relevancy: "exact relevancy",
  attention: "attention",
  lrp: "relevance propagation",
};
