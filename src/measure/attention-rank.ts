/** @file Positions in the order of the numbers that a map gives them. */

/** The `count` positions with the largest values, largest first; of equal ones the earlier. */
export function largestOf(positions: readonly number[], values: ArrayLike<number>, count: number): number[] {
  return [...positions].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
}
