/**
 * @file Attention within windows: stretches of tokens that attend among themselves. Windows are padded to the size of the largest, so that
 * all are one product; what is computed and kept grows with the size of a window, not with that of the picture.
 */
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Dim, Value } from "../../graph/graph.ts";
import { floatTensor, intTensor, type FloatTensor, type IntTensor } from "../../tensor/tensor.ts";
import type { FeedOf } from "../definition.ts";
import type { TowerInput } from "../plan.ts";

/** Limits of stretches of tokens: the first is 0, the last the number of tokens. */
type Bounds = readonly number[];

function sizesOf(bounds: Bounds): number[] {
  return bounds.slice(1).map((end, window) => end - bounds[window]!);
}

/**
 * What `windowAttention` is fed: by place in the padded windows its token, [windows * size]; by token its place there, [tokens]; and what is
 * added to the scores, [windows, 1, size], minus infinity at padding.
 */
export function windowFeeds(bounds: Bounds): TowerInput["feeds"] {
  const sizes = sizesOf(bounds);
  const size = Math.max(...sizes);
  const tokens = intTensor([sizes.length * size]);
  const places = intTensor([bounds.at(-1)!]);
  const mask = floatTensor([sizes.length, 1, size]);
  for (const [window, count] of sizes.entries()) {
    const [start, place] = [bounds[window]!, window * size];
    // Padding repeats the first token of the window; no one reads it.
    tokens.data.fill(start, place, place + size);
    for (let i = 0; i < count; i++) {
      tokens.data[place + i] = start + i;
      places.data[start + i] = place + i;
    }
    mask.data.fill(-Infinity, place + count, place + size);
  }
  return new Map<string, FloatTensor | IntTensor>([
    ["window.tokens", tokens],
    ["window.places", places],
    ["window.mask", mask],
  ]);
}

interface WindowAttentionParts {
  /** [tokens, heads, width] each. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Gives what `windowFeeds` made. */
  readonly feed: FeedOf;
  /** Name of the site of the probabilities, [heads, windows, query, key] with padding; `spreadWindows` makes [heads, tokens, tokens]. */
  readonly site: string;
}

/** Scaled dot-product attention in each window. Returns [tokens, heads * width]. */
export function windowAttention(g: GraphBuilder, { query, key, value, feed, site }: WindowAttentionParts): Value {
  const [, heads, width] = query.dims as [Dim, number, number];
  const mask = feed("window.mask");
  const [windows, , size] = mask.dims as [number, number, number];
  const inWindows = (x: Value, perm: readonly number[]) =>
    g.transpose(g.reshape(g.gather(x, feed("window.tokens"), 0), [windows, size, heads, width]), perm);
  const product = g.matMul(inWindows(query, [2, 0, 1, 3]), inWindows(key, [2, 0, 3, 1]));
  const scores = g.add(g.mul(product, g.constant([1 / Math.sqrt(width)])), mask);
  const probabilities = g.site(site, g.softmax(scores));
  const context = g.matMul(probabilities, inWindows(value, [2, 0, 1, 3]));
  const rows = g.reshape(g.transpose(context, [1, 2, 0, 3]), [windows * size, heads * width]);
  return g.gather(rows, feed("window.places"), 0);
}

/**
 * Maps of windows as maps of all tokens: [..., windows, query, key] -> [..., rows, tokens], zero outside of the windows. `rows` are the
 * queries that are wanted, all if left out.
 */
export function spreadWindows(maps: FloatTensor, bounds: Bounds, rows?: ArrayLike<number>): FloatTensor {
  const count = bounds.at(-1)!;
  const [windows, size] = maps.dims.slice(-3) as [number, number];
  const leading = maps.dims.slice(0, -3);
  const wanted = rows === undefined ? Array.from({ length: count }, (_, row) => row) : Array.from(rows);
  const windowOf = sizesOf(bounds).flatMap((length, window) => new Array<number>(length).fill(window));
  const spread = floatTensor([...leading, wanted.length, count]);
  const entries = leading.reduce((product, dim) => product * dim, 1);
  for (let entry = 0; entry < entries; entry++) {
    for (const [i, row] of wanted.entries()) {
      const window = windowOf[row]!;
      const [start, end] = [bounds[window]!, bounds[window + 1]!];
      const from = ((entry * windows + window) * size + row - start) * size;
      const to = (entry * wanted.length + i) * count + start;
      spread.data.set(maps.data.subarray(from, from + end - start), to);
    }
  }
  return spread;
}
