/**
 * @file The smallest part of an ordered list that still has a property, by QuickXplain (Junker, "QuickXplain: Preferred Explanations and
 * Relaxations for Over-Constrained Problems", AAAI 2004): divide and conquer that asks about groups before single members.
 */

export interface QuickXplainOptions<Member> {
  /** Whether a part has the property. */
  readonly holds: (members: readonly Member[]) => Promise<boolean>;
}

/**
 * The part of `members` that has the property and loses it without any of its members, in the order of the list; earlier members are
 * preferred to later ones. The whole list has the property, which is not asked, and the empty one has not. If each larger part of a part
 * with the property has it too (it is monotone), the result is minimal, and k of n members take at most 2k log2(n / k) + 2k questions. If
 * not, the result has the property or was never asked about; the caller checks it.
 */
export async function quickXplain<Member>(
  members: readonly Member[],
  { holds }: QuickXplainOptions<Member>,
): Promise<Member[]> {
  /** What of `candidates` is needed beside `given`; `grown` if something was added to `given` since it was last asked about. */
  async function needed(given: readonly Member[], candidates: readonly Member[], grown: boolean): Promise<Member[]> {
    if (grown && (await holds(given))) return [];
    if (candidates.length <= 1) return [...candidates];
    const half = Math.ceil(candidates.length / 2);
    const [first, second] = [candidates.slice(0, half), candidates.slice(half)];
    const ofSecond = await needed([...given, ...first], second, true);
    const ofFirst = await needed([...given, ...ofSecond], first, ofSecond.length > 0);
    return [...ofFirst, ...ofSecond];
  }
  return needed([], members, false);
}
