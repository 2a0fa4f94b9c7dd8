/**
 * @file Attention of some rows over recorded keys and values, and over each other, with as many of both as are fed: the mathematics of
 * `attention`, whose maps are kept by key-value head, so that two sizes can stay open.
 */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Dim, Value } from "../../graph/graph.ts";
import { headsFirst } from "./attention.ts";
import { cutScores, type CutEdges } from "./cut-edges.ts";
import { softcap } from "./softcap.ts";

interface PartAttentionParts {
  /** [rows, heads, width] */
  readonly query: Value;
  /** [rows, kvHeads, width] */
  readonly key: Value;
  readonly value: Value;
  /** Recorded, [positions, kvHeads, width]. */
  readonly pastKey: Value;
  readonly pastValue: Value;
  /** Added to the scores, [rows, positions + rows]. */
  readonly mask: Value;
  /** Edges that the rows lose, with [kvHeads, heads of each] or [1, 1] in the place of the heads. */
  readonly edges: CutEdges | undefined;
  /** Multiplies the scores. */
  readonly scale: number;
  /** Softcap of the scores. */
  readonly cap: number | undefined;
}

/** Returns the context [rows, heads * width]. */
export function partAttention(
  g: GraphBuilder,
  { query, mask, edges, scale, cap, ...parts }: PartAttentionParts,
): Value {
  const [rows, heads, width] = query.dims as [Dim, number, number];
  const groups = parts.key.dims[1] as number;
  const keys = mask.dims[1]!;
  const key = g.concat([parts.pastKey, parts.key], 0, keys);
  const value = g.concat([parts.pastValue, parts.value], 0, keys);

  const queries = g.reshape(g.transpose(query, [1, 0, 2]), [groups, heads / groups, rows, width]);
  const products = g.mul(g.matMul(queries, headsFirst(g, key, [1, 2, 0])), g.constant([scale]));
  const hidden = edges === undefined ? mask : g.add(cutScores(g, edges), mask);
  const shares = g.softmax(g.add(softcap(g, products, cap), hidden));
  const probabilities = edges === undefined ? shares : g.mul(shares, edges.reads);
  const context = g.reshape(g.matMul(probabilities, headsFirst(g, value, [1, 0, 2])), [heads, rows, width]);
  return g.reshape(g.transpose(context, [1, 0, 2]), [rows, heads * width]);
}
