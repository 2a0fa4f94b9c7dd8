/** @file Attention of plain operators: every probability is a site, and every operator has a gradient. */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Dim, Value } from "../../graph/graph.ts";
import { cutScores, type CutEdges } from "./cut-edges.ts";
import { softcap } from "./softcap.ts";

export interface AttentionParts {
  /** [rows, heads, width] */
  readonly query: Value;
  /** [rows, kvHeads, width]; each key-value head serves heads / kvHeads query heads in a row. */
  readonly key: Value;
  readonly value: Value;
  /** Added to the scores, [query, key]; minus infinity hides a key. Left out if every query sees every key. */
  readonly mask?: Value;
  /** Multiplies the scores; 1 / sqrt(width) if left out. */
  readonly scale?: number;
  /** Softcap of the scores. */
  readonly cap?: number | undefined;
  /** Multiplies the probabilities of each row, [query, 1]; left out if every row has a key that it sees. */
  readonly reads?: Value;
  /** Edges that the queries lose; its `reads` take the place of the others. Left out if there are none. */
  readonly edges?: CutEdges;
  /** Name of the site of the probabilities, [heads, query, key]. */
  readonly site: string;
}

/** Turns keys or values [rows, kvHeads, width] by `perm`, which puts the heads first, to [kvHeads, 1, ...]: the 1 serves each query head of the group. */
export function headsFirst(g: GraphBuilder, x: Value, perm: readonly number[]): Value {
  const turned = g.transpose(x, perm);
  return g.reshape(turned, [turned.dims[0]!, 1, ...turned.dims.slice(1)]);
}

/** What a mask [query, key] and the edges that are cut add to the scores together. */
function hiddenScores(g: GraphBuilder, mask: Value | undefined, edges: CutEdges): Value {
  const cut = cutScores(g, edges);
  return mask === undefined ? cut : g.add(cut, mask);
}

/** Computes attention in the place of `attention`. */
export type Attend = (g: GraphBuilder, parts: AttentionParts) => Value;

/** Scaled dot-product attention, softmax(scale q k^T + mask) v. Returns [rows, heads * width]. */
export function attention(g: GraphBuilder, { query, key, value, mask, cap, site, ...parts }: AttentionParts): Value {
  const [rows, heads, width] = query.dims as [Dim, number, number];
  const { scale = 1 / Math.sqrt(width), edges } = parts;
  const reads = edges?.reads ?? parts.reads;
  const [keys, groups] = key.dims as [Dim, number];
  const each = heads / groups;

  const queries = g.reshape(g.transpose(query, [1, 0, 2]), [groups, each, rows, width]);
  const products = g.mul(g.matMul(queries, headsFirst(g, key, [1, 2, 0])), g.constant([scale]));
  const scores = g.reshape(softcap(g, products, cap), [heads, rows, keys]);
  const hidden = edges === undefined ? mask : hiddenScores(g, mask, edges);
  const shares = g.softmax(hidden === undefined ? scores : g.add(scores, hidden));
  const probabilities = g.site(site, reads === undefined ? shares : g.mul(shares, reads));

  const perGroup = g.reshape(probabilities, [groups, each, rows, keys]);
  const context = g.reshape(g.matMul(perGroup, headsFirst(g, value, [1, 0, 2])), [heads, rows, width]);
  return g.reshape(g.transpose(context, [1, 0, 2]), [rows, heads * width]);
}
