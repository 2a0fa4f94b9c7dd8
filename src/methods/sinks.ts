/**
 * @file Attention sinks among image tokens: tokens that draw attention whatever is asked (Xiao et al., "Efficient Streaming Language Models
 * with Attention Sinks", ICLR 2024; Darcet et al., "Vision Transformers Need Registers", ICLR 2024), found by what one run shows.
 */
import type { FloatTensor } from "../tensor/tensor.ts";

export interface SinkInput {
  /** Attention of each query on each image token of one picture, mean over layers and heads, [queries, image tokens]. */
  readonly attention: FloatTensor;
  /** Euclidean norm of each image token's hidden states, [layers + 1, image tokens]. */
  readonly norms: FloatTensor;
}

export interface Sink {
  /** Index among the image tokens given. */
  readonly index: number;
  /** Share of the picture's attention that three quarters of the queries give it at least. */
  readonly share: number;
  /** Norm of its hidden states, geometric mean over the layers. */
  readonly norm: number;
  /** How many times the median image token has less. */
  readonly shareRatio: number;
  readonly normRatio: number;
}

/**
 * Tukey's outer fence lies this many interquartile ranges above the upper quartile (Exploratory Data Analysis, 1977): beyond it a value is
 * "far out", which is one in 850,000 of normally distributed values.
 */
const farFence = 3;

/** The quantile of ascending values, with straight lines between neighbors. */
function quantile(ascending: Float64Array, share: number): number {
  const place = (ascending.length - 1) * share;
  const below = Math.floor(place);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below]! + (ascending[above]! - ascending[below]!) * (place - below);
}

/** What three quarters of the queries give each image token at least, of their attention on the picture. */
function consistentShares({ dims, data }: FloatTensor): Float64Array {
  const [queries, count] = dims as [number, number];
  const seeing: Float64Array[] = [];
  for (let query = 0; query < queries; query++) {
    const row = Float64Array.from(data.subarray(query * count, (query + 1) * count));
    const sum = row.reduce((total, value) => total + value, 0);
    // Queries before the picture give it nothing, and say nothing about it.
    if (sum > 0) seeing.push(row.map((value) => value / sum));
  }
  return Float64Array.from({ length: seeing.length === 0 ? 0 : count }, (_, token) =>
    quantile(Float64Array.from(seeing, (row) => row[token]!).sort(), 0.25),
  );
}

function geometricMeans({ dims, data }: FloatTensor): Float64Array {
  const [layers, count] = dims as [number, number];
  return Float64Array.from({ length: count }, (_, token) => {
    let sum = 0;
    for (let layer = 0; layer < layers; layer++) sum += Math.log(data[layer * count + token]!);
    return Math.exp(sum / layers);
  });
}

/** The median, and the value beyond which one is far out on a scale of logarithms. */
function fenceOf(values: Float64Array): { median: number; fence: number } {
  // A weight that is rounded to zero has no logarithm: it counts as the least that is not.
  const least = values.reduce((smallest, value) => (value > 0 ? Math.min(smallest, value) : smallest), Infinity);
  const logs = values.map((value) => Math.log(Math.max(value, least))).sort();
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(logs, share)) as [number, number, number];
  return { median: Math.exp(middle), fence: Math.exp(high + farFence * (high - low)) };
}

/** Rounding must not make a sink of one of many equal values. */
const rounding = 1 + 1e-5;

/**
 * The image tokens of a picture that are far out among them by both measures: the share of attention that nearly every query gives them,
 * and the norm of their hidden states. A patch that one question looks at, or one with a large norm that nobody reads, is none.
 */
export function findSinks({ attention, norms }: SinkInput): Sink[] {
  const shares = consistentShares(attention);
  if (shares.length === 0 || norms.dims[0] === 0) return [];
  const sizes = geometricMeans(norms);
  const share = fenceOf(shares);
  const size = fenceOf(sizes);
  return Array.from(shares, (_, index) => index)
    .filter((index) => shares[index]! > share.fence * rounding && sizes[index]! > size.fence * rounding)
    .map((index) => ({
      index,
      share: shares[index]!,
      norm: sizes[index]!,
      shareRatio: shares[index]! / share.median,
      normRatio: sizes[index]! / size.median,
    }));
}
