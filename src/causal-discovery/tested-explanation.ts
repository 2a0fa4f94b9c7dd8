/**
 * @file The tester of CLEANN (Rohekar, Gurwicz, Nisimov, NeurIPS 2023, section 4): an explanation is a smallest set of the graph's tree
 * without which the model predicts something else. Beside it stands the order of attention, tested in the same way.
 */

/** Whether the prediction is another one without each of several sets, asked together. */
export type Tester = (sets: readonly (readonly number[])[]) => Promise<readonly boolean[]>;

export interface TestedSets {
  /** Every set of the smallest size that changed the prediction, in the order in which they were tried; none if no set did. */
  readonly sets: readonly (readonly number[])[];
  /** Sets that were tried up to the first one of these, it included; null if there is none. */
  readonly first: number | null;
  /** Sets that were tried. */
  readonly calls: number;
  /** False if more sets of these sizes exist than `budget` allowed to try. */
  readonly complete: boolean;
}

/**
 * Tries candidate sets by size, and within a size in their order; the first size with a set that changes the prediction is tried to its end
 * and is the last. `ofSize` gives at most so many sets of a size.
 */
export async function testedExplanations(
  {
    largest,
    ofSize,
  }: {
    readonly largest: number;
    readonly ofSize: (
      size: number,
      most: number,
    ) => { readonly sets: readonly (readonly number[])[]; readonly isAll: boolean };
  },
  { changes, budget }: { readonly changes: Tester; readonly budget: number },
): Promise<TestedSets> {
  let calls = 0;
  for (let size = 1; size <= largest; size++) {
    const { sets, isAll } = ofSize(size, budget - calls);
    const changed = sets.length === 0 ? [] : await changes(sets);
    const first = changed.indexOf(true);
    const before = calls;
    calls += sets.length;
    if (first >= 0) {
      return { sets: sets.filter((_, i) => changed[i]), first: before + first + 1, calls, complete: isAll };
    }
    if (!isAll) return { sets: [], first: null, calls, complete: false };
  }
  return { sets: [], first: null, calls, complete: true };
}

/** The tokens with the largest attention that change the prediction together. */
export interface TestedPrefix {
  /** Ascending; null if none was found. */
  readonly positions: readonly number[] | null;
  readonly calls: number;
}

/** Tries the first token of an order, the first two, and so on, until the prediction changes or `budget` sets were tried. */
export async function testedPrefix(
  order: readonly number[],
  { changes, budget }: { readonly changes: Tester; readonly budget: number },
): Promise<TestedPrefix> {
  const most = Math.min(order.length, budget);
  for (let size = 1; size <= most; size++) {
    const positions = order.slice(0, size).sort((a, b) => a - b);
    if ((await changes([positions]))[0] === true) return { positions, calls: size };
  }
  return { positions: null, calls: most };
}
