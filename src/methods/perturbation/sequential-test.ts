/**
 * @file A test against null sets that ends early when it cannot pass any more (Besag and Clifford, "Sequential Monte Carlo p-values",
 * Biometrika 78, 1991). Its p-value counts the tested set among its null sets, so that it is never 0 (Phipson and Smyth, "Permutation
 * P-values Should Never Be Zero", Statistical Applications in Genetics and Molecular Biology 9, 2010).
 */

/** Null sets of a test, unless something else is asked: with alpha = 0.05 up to four of them may do as much. */
export const defaultNullSets = 99;
/** Largest p-value of a set that is told apart from its null sets. */
export const defaultAlpha = 0.05;

/** Products such as 0.05 * 20 may miss a whole number by this much. */
const rounding = 1e-9;

interface TestSize {
  /** Null sets that there are. */
  readonly sets: number;
  /** Largest p-value that passes, 0 to 1. */
  readonly alpha: number;
}

/** How many of `sets` null sets may do as much as the tested one for it to pass: p = (1 + that number) / (1 + sets) <= alpha; -1 if none may. */
export function mostAsMuch({ sets, alpha }: TestSize): number {
  return Math.floor(alpha * (sets + 1) + rounding) - 1;
}

/**
 * Null sets that must do as much for the test to stop: the least number h with h / sets > alpha, so that a stopped test would not pass with
 * all sets either.
 */
function stoppingNumber({ sets, alpha }: TestSize): number {
  return Math.floor(alpha * sets + rounding) + 1;
}

export interface SequentialTestOptions extends Partial<TestSize> {
  /** What the tested set does: the larger, the stronger. */
  readonly observed: number;
  /** What null set `index` (from 0, below `sets`) does. They must be drawn in random order, without knowledge of what they do. */
  readonly next: (index: number) => Promise<number>;
}

export interface SequentialTest {
  /**
   * h / (null sets that were used) if the test stopped, h the number that did as much by then; else (1 + number that did as much) / (1 +
   * sets). If the tested set is exchangeable with its null sets, p <= x has a probability of at most x, for every x.
   */
  readonly p: number;
  /** Null sets that were used. */
  readonly sets: number;
  /** How many of these did as much. */
  readonly asMuch: number;
  readonly stopped: boolean;
  /** What each null set did, in the order of `next`. */
  readonly values: readonly number[];
}

/** Asks about null sets in groups of `together`, as a test comes to them: `next` of a test, and how many were asked about so far. */
export function askedTogether<NullSet>(
  sets: readonly NullSet[],
  {
    together,
    valuesOf,
  }: { readonly together: number; readonly valuesOf: (some: readonly NullSet[]) => Promise<readonly number[]> },
): { readonly next: SequentialTestOptions["next"]; readonly asked: () => number } {
  const known: number[] = [];
  return {
    async next(index) {
      if (index >= known.length) known.push(...(await valuesOf(sets.slice(known.length, known.length + together))));
      return known[index]!;
    },
    asked: () => known.length,
  };
}

/**
 * Compares a set with up to `sets` null sets, one after another. A null set that does exactly as much counts against the tested one. Without
 * any null set p is 1. Rejects as `next` does.
 */
export async function sequentialTest({
  observed,
  next,
  sets = defaultNullSets,
  alpha = defaultAlpha,
}: SequentialTestOptions): Promise<SequentialTest> {
  const stopping = stoppingNumber({ sets, alpha });
  const values: number[] = [];
  let asMuch = 0;
  while (values.length < sets) {
    const value = await next(values.length);
    values.push(value);
    if (value >= observed) asMuch += 1;
    if (asMuch === stopping) return { p: asMuch / values.length, sets: values.length, asMuch, stopped: true, values };
  }
  return { p: (1 + asMuch) / (1 + sets), sets, asMuch, stopped: false, values };
}
