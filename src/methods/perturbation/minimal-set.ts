/**
 * @file The smallest part of a set that still has its effect, by removal: first in groups that halve (delta debugging, Zeller & Hildebrandt,
 * IEEE TSE 28, 2002), then one by one until each single member is needed.
 */

export interface MinimalSetOptions<Member> {
  /** Fall of the probability without these members. */
  readonly effectOf: (members: readonly Member[]) => Promise<number>;
  /** Share of the whole set's effect that a part must keep. */
  readonly keep: number;
  readonly signal?: AbortSignal | undefined;
}

export interface MinimalSet<Member> {
  /** In the order of the given set. */
  readonly members: readonly Member[];
  readonly effect: number;
  readonly wholeEffect: number;
  /** Times that `effectOf` was asked. */
  readonly evaluations: number;
  /** True where leaving out any single member loses the effect. */
  readonly isMinimal: boolean;
}

/**
 * Removes members while the effect holds. A set without a positive effect is returned as it is. The result is not always the smallest of
 * all sets with the effect, but no single member of it can be left out.
 */
export async function minimalSet<Member>(
  members: readonly Member[],
  { effectOf, keep, signal }: MinimalSetOptions<Member>,
): Promise<MinimalSet<Member>> {
  let evaluations = 0;
  async function evaluate(some: readonly Member[]): Promise<number> {
    signal?.throwIfAborted();
    evaluations += 1;
    return effectOf(some);
  }
  const wholeEffect = await evaluate(members);
  if (!(wholeEffect > 0)) return { members, effect: wholeEffect, wholeEffect, evaluations, isMinimal: false };
  const needed = keep * wholeEffect;
  let kept = [...members];
  let effect = wholeEffect;

  /** Leaves out each group of this size in turn that is not needed; true where one was. */
  async function removeGroups(size: number): Promise<boolean> {
    let removed = false;
    for (let start = 0; start < kept.length;) {
      const rest = [...kept.slice(0, start), ...kept.slice(start + size)];
      const without = rest.length === 0 ? 0 : await evaluate(rest);
      if (rest.length > 0 && without >= needed) {
        kept = rest;
        effect = without;
        removed = true;
      } else {
        start += size;
      }
    }
    return removed;
  }

  for (let size = Math.floor(kept.length / 2); size > 1; size = Math.floor(size / 2)) await removeGroups(size);
  // A member may be left out only after another one was, so that a round without any removal ends it.
  while (kept.length > 1 && (await removeGroups(1)));
  return { members: kept, effect, wholeEffect, evaluations, isMinimal: true };
}
