/**
 * @file Minimal sets without which a score falls: the smallest of growing prefixes of an order that suffices, shrunk by QuickXplain, then the
 * same without the members found, for sets that share none.
 */
import { quickXplain } from "./quick-xplain.ts";
import { sufficientFall } from "./sufficient-fall.ts";

/** Up to this size each prefix of the order is asked about, and as many units alone. */
const eachSize = 8;

export interface MinimalCausesOptions<Unit> {
  /** Shares of the whole fall without each of several sets, asked together; the same for the same set, 1 without all units. */
  readonly necessities: (sets: readonly (readonly Unit[])[]) => Promise<readonly number[]>;
  /** @default 0.9 */
  readonly threshold?: number;
  /** Members of a set at most. @default half of the units, rounded up */
  readonly mostMembers?: number;
  /** @default 3 */
  readonly mostSets?: number;
  /** Sets that may be asked about at most. */
  readonly budget: number;
}

interface MinimalCause<Unit> {
  /** In the given order. */
  readonly members: readonly Unit[];
  readonly necessity: number;
  /** True if each set with one member less was asked about, and fell short. */
  readonly minimal: boolean;
}

export interface MinimalCauses<Unit> {
  /** In the order in which they were found. */
  readonly sets: readonly MinimalCause<Unit>[];
  /** True if what is left without the members of the sets does not reach the threshold. */
  readonly exhausted: boolean;
  /** Sets that were asked about. */
  readonly calls: number;
}

/** The budget is spent. */
class BudgetSpent extends Error {}

/** Places in the order, ascending. */
type Places = readonly number[];

/** Answers about sets of places, each asked once. */
function memory<Unit>(order: readonly Unit[], { necessities, budget }: MinimalCausesOptions<Unit>) {
  const known = new Map<string, { readonly places: Places; readonly necessity: number }>();
  known.set("", { places: [], necessity: 0 });
  known.set(order.map((_, place) => place).join(), { places: order.map((_, place) => place), necessity: 1 });
  let calls = 0;
  async function ask(sets: readonly Places[]): Promise<number[]> {
    const missing = sets.filter((set) => !known.has(set.join()));
    if (calls + missing.length > budget) throw new BudgetSpent();
    if (missing.length > 0) {
      const found = await necessities(missing.map((set) => set.map((place) => order[place]!)));
      calls += missing.length;
      for (const [i, places] of missing.entries()) known.set(places.join(), { places, necessity: found[i]! });
    }
    return sets.map((set) => known.get(set.join())!.necessity);
  }
  return { ask, known, calls: () => calls };
}

/**
 * Minimal sets of units, in an order from the likeliest to the least. A set reaches `threshold`, none of its members can be left out, and no
 * two sets share one. That each set reaches the threshold was measured, and `minimal` says whether each member was measured to be needed, whatever
 * the effects. If a larger set never reaches less than a smaller one and the budget suffices, every set is minimal, the first one that of
 * QuickXplain, which prefers the beginning of the order; a set of more than `mostMembers` ends the search.
 */
export async function minimalCauses<Unit>(
  order: readonly Unit[],
  options: MinimalCausesOptions<Unit>,
): Promise<MinimalCauses<Unit>> {
  const { threshold = sufficientFall, mostMembers = Math.ceil(order.length / 2), mostSets = 3 } = options;
  const { ask, known, calls } = memory(order, options);
  const holds = async (places: Places): Promise<boolean> =>
    (await ask([[...places].sort((a, b) => a - b)]))[0]! >= threshold;

  /**
   * Asks about the first units of a pool alone, and about its prefixes, together: each size up to 8, then sizes that grow by half. A larger
   * set may do less, so that one prefix that falls short says little about the next ones.
   */
  async function askFirst(pool: Places): Promise<void> {
    const sizes = [];
    for (let size = 2; size < pool.length; size += Math.max(1, Math.floor((size - eachSize) / 2))) sizes.push(size);
    const asked = [...pool.slice(0, eachSize).map((place) => [place]), ...sizes.map((size) => pool.slice(0, size))];
    await ask(asked.slice(0, Math.max(0, options.budget - calls())));
  }

  /** Of the sets of the pool that are known to hold, the smallest; of equal ones the one asked about first. */
  function smallestKnown(pool: Places): Places | undefined {
    const inside = new Set(pool);
    let best: Places | undefined;
    for (const { places, necessity } of known.values()) {
      if (necessity < threshold) continue;
      if (places.length < (best?.length ?? Infinity) && places.every((place) => inside.has(place))) best = places;
    }
    return best;
  }

  /** Leaves out members that turn out not to be needed, the least likely first, until each one is. */
  async function reduced(whole: Places): Promise<Places> {
    const smaller = whole.map((_, left) => whole.toSpliced(left, 1));
    const dropped = (await ask(smaller)).findLastIndex((necessity) => necessity >= threshold);
    return dropped === -1 ? whole : reduced(smaller[dropped]!);
  }

  function isMinimal(set: Places): boolean {
    return set.every((_, left) => (known.get(set.toSpliced(left, 1).join())?.necessity ?? Infinity) < threshold);
  }

  const sets: MinimalCause<Unit>[] = [];
  let pool: Places = order.map((_, place) => place);
  let exhausted = false;
  while (sets.length < mostSets) {
    let found: Places | undefined;
    try {
      exhausted = pool.length === 0 || !(await holds(pool));
      if (exhausted) break;
      await askFirst(pool);
      await holds(await quickXplain(smallestKnown(pool)!, { holds }));
      found = await reduced(smallestKnown(pool)!);
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
    }
    found ??= smallestKnown(pool);
    if (found === undefined || found.length > mostMembers) break;
    sets.push({
      members: found.map((place) => order[place]!),
      necessity: known.get(found.join())!.necessity,
      minimal: isMinimal(found),
    });
    const taken = new Set(found);
    pool = pool.filter((place) => !taken.has(place));
  }
  return { sets, exhausted, calls: calls() };
}
