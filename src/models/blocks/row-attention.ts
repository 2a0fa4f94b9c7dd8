/**
 * @file Attention of some rows alone: each row reads the recorded keys and values of the positions before it, which stay as they are, and
 * its own, which depend on it. What one token's logit owes to its own rows is had without going back through the rest of the sequence.
 */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { headsFirst } from "./attention.ts";
import { softcap } from "./softcap.ts";

interface RowAttentionParts {
  /** [rows, heads, width], rotated for the rows' positions. */
  readonly query: Value;
  /** [rows, kvHeads, width]: the rows' own, rotated. */
  readonly key: Value;
  readonly value: Value;
  /** [positions, kvHeads, width]: recorded, rotated, of the whole sequence. */
  readonly pastKey: Value;
  readonly pastValue: Value;
  /** [rows, positions]: 0 if the row may look at a recorded position, minus infinity at its own and later ones. */
  readonly mask: Value;
  /** Multiplies the scores. */
  readonly scale: number;
  /** Softcap of the scores. */
  readonly cap: number | undefined;
  /** Name of the site of the probabilities, [heads, rows, positions + 1]; the last column is the row's own position. */
  readonly site: string;
}

/** Returns the context [rows, heads * width]. */
export function rowAttention(g: GraphBuilder, parts: RowAttentionParts): Value {
  const { query, key, value, pastKey, pastValue, mask, cap, site } = parts;
  const [rows, heads, width] = query.dims as [number, number, number];
  const [positions, groups] = pastKey.dims as [number, number, number];
  const each = heads / groups;

  const queries = g.reshape(g.transpose(query, [1, 0, 2]), [groups, each, rows, width]);
  const scale = g.constant([parts.scale]);
  const pastScores = g.mul(g.matMul(queries, headsFirst(g, pastKey, [1, 2, 0])), scale);
  const ownProduct = g.reduceSum(g.mul(queries, headsFirst(g, key, [1, 0, 2])), { axes: [3], keep: true });
  const past = g.add(softcap(g, pastScores, cap), mask);
  const scores = g.concat([past, softcap(g, g.mul(ownProduct, scale), cap)], 3, positions + 1);
  const probabilities = g.site(site, g.softmax(g.reshape(scores, [heads, rows, positions + 1])));

  const perGroup = g.reshape(probabilities, [groups, each, rows, positions + 1]);
  const ofPast = g.matMul(
    g.slice(perGroup, { axis: 3, start: 0, end: positions }),
    headsFirst(g, pastValue, [1, 0, 2]),
  );
  const own = g.mul(
    g.slice(perGroup, { axis: 3, start: positions, end: positions + 1 }),
    headsFirst(g, value, [1, 0, 2]),
  );
  const context = g.reshape(g.add(ofPast, own), [heads, rows, width]);
  return g.reshape(g.transpose(context, [1, 0, 2]), [rows, heads * width]);
}
