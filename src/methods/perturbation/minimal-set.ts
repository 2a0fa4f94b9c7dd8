/**
 * @file The smallest part of a set that still has its effect, by removal: first in groups that halve (delta debugging, Zeller & Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28, 2002), then one by one until each single member is needed.
 */

/** Share of the whole set's effect that a part must keep, unless something else is asked. */
const keptEffect = 0.9;

/** What is known after each evaluation. */
export interface MinimalSetProgress {
  readonly evaluations: number;
  /** Members that are left. */
  readonly size: number;
}

export interface MinimalSetOptions<Member> {
  /** Fall of the probability without these members; the same for the same members. */
  readonly effectOf: (members: readonly Member[]) => Promise<number>;
  /** Share of the whole set's effect that a part must keep, above 0 and at most 1. */
  readonly keep?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: MinimalSetProgress) => void;
}

export interface MinimalSet<Member> {
  /** In the order of the given set. */
  readonly members: readonly Member[];
  readonly effect: number;
  readonly wholeSize: number;
  readonly wholeEffect: number;
  /** Times that `effectOf` was asked. */
  readonly evaluations: number;
  /** True if leaving out any single member loses the effect; false if the whole set has none. */
  readonly isMinimal: boolean;
}

/**
 * Removes members while the effect holds: while the drop by what is left reaches the share `keep` of the whole set's drop. A set without a
 * positive effect is returned as it is. No single member of the result can be left out (it is 1-minimal), which need not make it the
 * smallest set with the effect. Of n members of which only one is needed it asks about 2 log2 n times; at worst, if they are lost one
 * by one from the end, about n^2 / 2 times. Throws a RangeError for another share, and the signal's reason once it is aborted.
 */
export async function minimalSet<Member>(
  members: readonly Member[],
  { effectOf, keep = keptEffect, signal, onProgress }: MinimalSetOptions<Member>,
): Promise<MinimalSet<Member>> {
  if (!(keep > 0 && keep <= 1)) {
    throw new RangeError(
      `minimal set: a part cannot keep a share of ${keep} of the effect; give one above 0, at most 1.`,
    );
  }
  let kept = members;
  let evaluations = 0;
  async function evaluate(some: readonly Member[]): Promise<number> {
    signal?.throwIfAborted();
    const found = await effectOf(some);
    evaluations += 1;
    return found;
  }
  const wholeEffect = await evaluate(members);
  let effect = wholeEffect;
  const result = (isMinimal: boolean): MinimalSet<Member> => ({
    members: kept,
    effect,
    wholeSize: members.length,
    wholeEffect,
    evaluations,
    isMinimal,
  });
  onProgress?.({ evaluations, size: kept.length });
  if (!(wholeEffect > 0)) return result(false);

  /** Leaves out the group of this size from `start` if it is not needed; true if it did. */
  async function removeGroup(start: number, size: number): Promise<boolean> {
    const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
    // Without any member there is no effect, which need not be asked.
    if (rest.length === 0) return false;
    const without = await evaluate(rest);
    const holds = without >= keep * wholeEffect;
    if (holds) {
      kept = rest;
      effect = without;
    }
    onProgress?.({ evaluations, size: kept.length });
    return holds;
  }

  for (let size = Math.floor(kept.length / 2); size > 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < kept.length;) if (!(await removeGroup(start, size))) start += size;
  }
  // A member may become dispensable after another one is gone: members go around until each was needed by the very set that is left.
  let needed = 0;
  for (let place = 0; needed < kept.length;) {
    if (await removeGroup(place, 1)) {
      needed = 0;
    } else {
      needed += 1;
      place += 1;
    }
    if (place >= kept.length) place = 0;
  }
  return result(true);
}
