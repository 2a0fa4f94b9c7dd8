/** @file Numbers kept within limits by a smooth bend (Gemma 2, arXiv 2408.00118, section 2). */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";

/** cap * tanh(x / cap); x itself without a cap. */
export function softcap(g: GraphBuilder, x: Value, cap: number | undefined): Value {
  if (cap === undefined) return x;
  const limit = g.constant([cap]);
  return g.mul(g.tanh(g.div(x, limit)), limit);
}
