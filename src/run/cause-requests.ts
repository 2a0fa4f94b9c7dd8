/** @file What is asked for if nothing is said of how causes are searched. */
import type { MapMethod } from "./map-catalogue.ts";
import { causeKinds, nullSetLimits, type CauseOrder, type ScoreName, type UnitOrder } from "./measure-choices.ts";
import type { CausalQuery } from "./causes.ts";
import type { CleannRequest, DependenceRequest, FlowRequest, MinimalRequest } from "./measures.ts";
import type { RunDescription } from "./types.ts";

/** Every search begins from here, so that the same question is asked again. */
const seed = 0;

/** The order that finds most sets, and the smallest, in docs/truth.md. */
export const defaultCauseOrder: CauseOrder = "best";

/** The map of the run that each order reads. Scores of edges are computed when they are needed. */
export const mapOfOrder: Readonly<Record<Exclude<UnitOrder, "edges">, MapMethod>> = {
  relevancy: "relevancy.language",
  attention: "attention",
  lrp: "lrp.language",
};

/** True if an order ranks by scores of edges, which are computed, and needs no map of the run. */
export function ranksByEdges(order: CauseOrder): order is "edges" | "best" {
  return order === "edges" || order === "best";
}

/** Minimal causes of an answer token, of the picture, if there is one, and of the question. */
export function minimalRequestOf({ images }: Pick<RunDescription, "images">, token: number): MinimalRequest {
  return {
    kind: "minimal",
    token,
    kinds: causeKinds.filter((kind) => kind !== "image" || images.length > 0),
    order: defaultCauseOrder,
    nullSets: nullSetLimits.default,
    score: "log-probability",
    seed,
  };
}

/** Whether an answer token depends on the picture at all. */
export function dependenceRequestOf(token: number): DependenceRequest {
  return { kind: "dependence", token, score: "log-probability", seed };
}

/** Parts of the layers, and numbers of edges and of random graphs, of a flow graph. */
export const flowDefaults = { bands: 3, edges: 40, randomGraphs: 100 } as const;

/**
 * The token's logit less that of its best rival: log-probabilities of words that a model is sure of hardly move, so that the effects of single
 * edges cannot be told apart. The log-probability if the run holds no rival.
 */
export function flowScoreOf(
  { answerTokens, tokens, answer }: Pick<RunDescription, "answerTokens" | "tokens" | "answer">,
  token: number,
): FlowRequest["score"] {
  const own = tokens[answer.start + token]?.id;
  const rival = answerTokens[token]?.alternatives.find(({ id }) => id !== own);
  return rival === undefined ? "log-probability" : { contrast: rival.id };
}

/** The score that is asked for by name: the usual one of a method if it is left out. Undefined if the run holds no rival for a contrast. */
export function namedScoreOf(
  description: Pick<RunDescription, "answerTokens" | "tokens" | "answer">,
  { token, name }: { readonly token: number; readonly name: ScoreName },
): FlowRequest["score"] | undefined {
  if (name === "log-probability") return name;
  const score = flowScoreOf(description, token);
  return score === "log-probability" ? undefined : score;
}

/** The flow graph of an answer token. */
export function flowRequestOf(description: RunDescription, token: number): FlowRequest {
  return { kind: "flow", token, ...flowDefaults, score: flowScoreOf(description, token), seed };
}

/** Sets that CLEANN's tester tries for each head, of its graph and of its attention each, if nothing else is said. */
export const defaultCleannBudget = 50;

/** CLEANN with its tester over the heads of a graph's layer, with the settings of the graph. */
export function cleannRequestOf(
  { token, layer, variant, alpha, samples, signRule, threshold }: CausalQuery,
  budget = defaultCleannBudget,
): CleannRequest {
  const settings = { variant, alpha, samples, signRule, threshold };
  return { kind: "cleann", token, layer, ...settings, fill: "mean", budget, seed };
}
