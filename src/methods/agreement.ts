/** @file Agreement of two maps: whether they rank the same patches high. */
/** Index of the first of ascending numbers that is not below `value`, or with `after` of the first above it. */
function placeOf(sorted: Float64Array, value: number, after: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (after && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Ranks from 1 for the smallest value; equal values share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  // Sorted as numbers: with a function that compares indices it takes ten times as long.
  const sorted = new Float64Array(values).sort();
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < ranks.length; i++) {
    // Ranks start + 1 to end share their mean.
    const value = values[i]!;
    const start = placeOf(sorted, value, false);
    const end = sorted[start + 1] === value ? placeOf(sorted, value, true) : start + 1;
    ranks[i] = (start + 1 + end) / 2;
  }
  return ranks;
}

/**
 * Spearman's rank correlation of two maps over the same patches, -1 to 1: Pearson's correlation of their average ranks, so that ties
 * count as they should. Undefined if one of them is constant or there are fewer than two patches. Throws an Error if the lengths differ.
 */
export function rankCorrelation(one: ArrayLike<number>, other: ArrayLike<number>): number | undefined {
  return correlationOfRanks(averageRanks(one), averageRanks(other));
}

/** The same from the average ranks of both, for a map that is compared with several. Throws as `rankCorrelation`. */
export function correlationOfRanks(a: Float64Array, b: Float64Array): number | undefined {
  if (a.length !== b.length) {
    throw new Error(`agreement: both maps need as many patches, got ${a.length} and ${b.length}.`);
  }
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
  // What is not finite comes last.
  const weights = new Float64Array(values);
  for (let i = 0; i < weights.length; i++) if (!Number.isFinite(weights[i])) weights[i] = -Infinity;
  const least = weights.slice().sort()[values.length - count];
  const top = new Set<number>();
  if (least === undefined) return top;
  for (let i = 0; i < weights.length; i++) if (weights[i]! > least) top.add(i);
  for (let i = 0; i < weights.length && top.size < count; i++) if (weights[i] === least) top.add(i);
  return top;
}

/**
 * Overlap of the top patches of two maps, intersection over union, 0 to 1; by default of the top 10 %. Undefined without patches. Throws
 * an Error if the lengths differ.
 */
export function topOverlap(one: ArrayLike<number>, other: ArrayLike<number>, share = 0.1): number | undefined {
  if (one.length !== other.length) {
    throw new Error(`agreement: both maps need as many patches, got ${one.length} and ${other.length}.`);
  }
  return overlapOfTops(topPatches(one, share), topPatches(other, share));
}

/** The same from the top patches of both, for a map that is compared with several. */
export function overlapOfTops(a: ReadonlySet<number>, b: ReadonlySet<number>): number | undefined {
  if (a.size + b.size === 0) return undefined;
  let common = 0;
  for (const patch of a) if (b.has(patch)) common++;
  return common / (a.size + b.size - common);
}
