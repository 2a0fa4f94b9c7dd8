/** @file The verified flow graph of an answer token, as a request names it and as a run holds it. */
import { z } from "zod";
import { count, findingLimits, index, positions, probability, score, seed } from "./findings-fields.ts";

/** What the tokens of a group are. */
const flowGroupKinds = ["region", "words", "template", "answer", "target"] as const;

/** How the token's score depends on attention between groups of tokens, found by derivatives and verified by blocking edges. */
export const flowRequest = z.strictObject({
  kind: z.literal("flow"),
  /** Index of the answer token. */
  token: index,
  /** Parts into which the layers are divided, from the first layer on; a model with fewer layers has as many. */
  bands: z.int().min(1).max(1000),
  /** Edges whose effect is measured, largest estimates first. */
  edges: z.int().min(1).max(1000),
  /** Random graphs that the found one is compared with, at most. */
  randomGraphs: z.int().min(0).max(1000),
  score,
  seed,
});

/** Of a graph: shares of the fall of the score when all edges are blocked. */
const shares = {
  /** What the graph alone keeps. */
  faithfulness: z.number(),
  /** What is lost without the graph. */
  necessity: z.number(),
};

export const flowResult = z.object({
  request: flowRequest,
  /** Score of the token with everything, and with every edge between groups blocked. */
  original: z.number(),
  blocked: z.number(),
  /** Groups of tokens, none in two groups. Attention inside of a group is never blocked. */
  groups: z
    .array(
      z.object({
        name: z.string().max(findingLimits.textLength),
        kind: z.enum(flowGroupKinds),
        positions,
      }),
    )
    .max(findingLimits.nodes),
  /** Attention of the group `to` to the group `from` in the layers from the first to the last of a band, largest first. */
  edges: z
    .array(
      z.object({
        /** Positions of a group each. */
        from: positions,
        to: positions,
        layers: z.tuple([index, index]),
        /** Fall of the score when the edge is blocked: to first order, and measured; null if it was not measured. */
        estimate: z.number(),
        effect: z.number().nullable(),
        /** True if the edge is in the graph. */
        kept: z.boolean(),
      }),
    )
    .max(findingLimits.numbers),
  /** Of the kept edges; null if the score does not fall when all edges are blocked. */
  faithfulness: shares.faithfulness.nullable(),
  necessity: shares.necessity.nullable(),
  /** Graphs with as many edges of the same kinds; fewer than asked for if they decided before. */
  randomGraphs: z.array(z.object(shares)).max(findingLimits.numbers),
  /** Share of random graphs that keep, and lose, as much; null without any. */
  p: z.object({ faithfulness: probability, necessity: probability }).nullable(),
  /** Rank correlation of estimates with measured effects; null if there are fewer than three or all are the same. */
  spearman: z.number().min(-1.001).max(1.001).nullable(),
  /** Times that the whole sequence went through the model. */
  calls: count,
});
