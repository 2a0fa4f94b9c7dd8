/** @file Agreement of two maps: whether they rank the same patches high. */
import { orderByMap } from "./perturbation/curves.ts";

/** Ranks from 1 for the smallest value; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    // Ranks start + 1 to end share their mean.
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Spearman's rank correlation of two maps over the same patches, -1 to 1: Pearson's correlation of their average ranks, so that ties
 * count as they should. Undefined if one of them is constant or there are fewer than two patches. Throws an Error if the lengths differ.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number | undefined {
  if (one.length !== other.length) {
    throw new Error(`agreement: both maps need as many patches, got ${one.length} and ${other.length}.`);
  }
  const a = averageRanks(one);
  const b = averageRanks(other);
  const mean = (a.length + 1) / 2;
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (let i = 0; i < a.length; i++) {
    covariance += (a[i]! - mean) * (b[i]! - mean);
    varianceA += (a[i]! - mean) ** 2;
    varianceB += (b[i]! - mean) ** 2;
  }
  return varianceA > 0 && varianceB > 0 ? covariance / Math.sqrt(varianceA * varianceB) : undefined;
}

/** Indices of the largest share of a map's patches, rounded and at least one; of equal values the earlier patch. */
export function topPatches(values: ArrayLike<number>, share: number): Set<number> {
  const count = Math.min(values.length, Math.max(1, Math.round(share * values.length)));
  return new Set(orderByMap(values).slice(0, count));
}

/**
 * Overlap of the top patches of two maps, intersection over union, 0 to 1; by default of the top 10 %. Undefined without patches. Throws
 * an Error if the lengths differ.
 */
export function topOverlap(one: ArrayLike<number>, other: ArrayLike<number>, share = 0.1): number | undefined {
  if (one.length !== other.length) {
    throw new Error(`agreement: both maps need as many patches, got ${one.length} and ${other.length}.`);
  }
  if (one.length === 0) return undefined;
  const [a, b] = [topPatches(one, share), topPatches(other, share)];
  const common = [...a].filter((patch) => b.has(patch)).length;
  return common / (a.size + b.size - common);
}
