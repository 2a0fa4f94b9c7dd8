/** @file Attention over a cache of keys and values, for generation: fused, in place, without a look inside. */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Dim, Value } from "../../graph/graph.ts";

/** The kernel takes head widths that are multiples of this; narrower heads are padded with zeros, which change no score. */
const headWidthStep = 8;

/** Width of a head in the cache. */
export function cachedHeadWidth(headWidth: number): number {
  return Math.ceil(headWidth / headWidthStep) * headWidthStep;
}

/** Values that every layer of the decoder shares. */
export interface CachePosition {
  /** [1] i32: position of the newest row. */
  readonly lastPosition: Value;
  /** i32 scalar: rows in the cache, the new ones included. */
  readonly totalLength: Value;
}

interface CachedAttentionParts {
  /** [rows, heads, width], already rotated. */
  readonly query: Value;
  /** [rows, kvHeads, width], already rotated. */
  readonly key: Value;
  readonly value: Value;
  /** Cache of this layer, [1, kvHeads, capacity, cachedHeadWidth]; the new rows are written to `present...`, the same memory. */
  readonly pastKey: Value;
  readonly pastValue: Value;
  readonly position: CachePosition;
  /** Added to the scores, [1, 1 or heads, rows, rows in the cache, the new ones included]; left out if only later rows are hidden. */
  readonly attentionBias?: Value;
  /** Multiplies the scores; 1 / sqrt(width) if left out. */
  readonly scale?: number;
  /** Softcap of the scores. */
  readonly cap?: number | undefined;
}

/** Causal attention of the new rows over all rows so far. Returns the context [rows, heads * width] and the cache's new values. */
export function cachedAttention(
  g: GraphBuilder,
  { query, key, value, pastKey, pastValue, position, attentionBias, scale, cap = 0 }: CachedAttentionParts,
): { context: Value; presentKey: Value; presentValue: Value } {
  const [rows, heads, width] = query.dims as [Dim, number, number];
  const kvHeads = key.dims[1] as number;
  const padded = cachedHeadWidth(width);
  const flat = (x: Value) => {
    const wide = padded === width ? x : g.pad(x, { axis: 2, before: 0, after: padded - width });
    return g.reshape(wide, [1, rows, (x.dims[1] as number) * padded]);
  };
  const { context, presentKey, presentValue } = g.groupQueryAttention(
    { query: flat(query), key: flat(key), value: flat(value), pastKey, pastValue, ...position, attentionBias },
    { num_heads: heads, kv_num_heads: kvHeads, scale: scale ?? 1 / Math.sqrt(width), softcap: cap },
  );
  const perHead = g.reshape(context, [rows, heads, padded]);
  const unpadded = padded === width ? perHead : g.slice(perHead, { axis: 2, start: 0, end: width });
  return { context: g.reshape(unpadded, [rows, heads * width]), presentKey, presentValue };
}
