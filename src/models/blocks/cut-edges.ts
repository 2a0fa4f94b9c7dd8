/**
 * @file Edges of attention that are cut: scores of some queries at some keys are hidden, head by head if need be. What is fed are the two
 * sides of each block of edges, so that no mask of [heads, query, key] is ever made outside of the layer that loses some.
 */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";

/** Added to a score that a block hides: beside it the softmax gives any other score everything, and a row of it alone stays finite. */
export const hiddenScore = -1e30;

/** The first axis of both is 1 if every head loses the same edges. */
export interface CutEdges {
  /** 1 for the queries of a block, else 0, [heads, rows, blocks]. */
  readonly queries: Value;
  /** `hiddenScore` for the keys of a block, else 0, [blocks, keys]. */
  readonly keys: Value;
  /** 0 for rows that have nothing left to read, else 1, [heads, rows, 1]. */
  readonly reads: Value;
}

/** What the scores get added, in the shape of the queries with the keys in the place of the blocks. */
export function cutScores(g: GraphBuilder, { queries, keys }: Pick<CutEdges, "queries" | "keys">): Value {
  return g.matMul(queries, keys);
}
