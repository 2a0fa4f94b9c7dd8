/** @file Sets of nodes that hang together, seen from one node, in the order in which a search tries them. */
import { add, bitRows, copyRow, keepOutside, nextIn, remove } from "./bit-set.ts";
import type { BitRows } from "./bit-set.ts";

/** Distance of a node that is not reached. */
export const unreachable = 0x7fffffff;

/** A set of nodes, ascending, and the sum of their distances from the root. */
export interface CandidateSet {
  readonly members: readonly number[];
  readonly distance: number;
}

/** How sets grow that hang together: by the nodes that are reached from the root through their members alone. */
export interface Growth {
  /** By node, the distance from the root. */
  readonly distance: Int32Array;
  /** Fills a row with what is reached through the members of another, but for the members. */
  readonly reach: (members: BitRows, into: BitRows) => void;
}

/** Thrown where more sets hang together, or more tests are made, than the limit allows. */
export class TooManySetsError extends Error {
  override readonly name = "TooManySetsError";
}

/**
 * All sets of `size` nodes that hang together: nearer ones, by the sum of distances, first; of equally near ones the lexicographically
 * smaller. Throws a TooManySetsError beyond `limit`.
 */
export function connectedSets(
  { distance, reach }: Growth,
  { size, limit }: { readonly size: number; readonly limit: number },
): CandidateSet[] {
  const found: CandidateSet[] = [];
  const graphSize = distance.length;
  const levels = Array.from({ length: size }, () => ({ next: bitRows(1, graphSize), without: bitRows(1, graphSize) }));
  const members = bitRows(1, graphSize);
  const chosen: number[] = [];
  let visited = 0;
  /** Each larger set has a node that is reached now; those with the first such node come first, then those without it. */
  function grow(level: number, sum: number): void {
    const { next, without } = levels[level]!;
    reach(members, next);
    keepOutside(next, [without, 0]);
    for (let node = nextIn(next, 0, 0); node >= 0; node = nextIn(next, 0, node + 1)) {
      visited += 1;
      if (visited > limit) throw new TooManySetsError(`More than ${limit} sets of ${size} nodes.`);
      chosen.push(node);
      const total = sum + distance[node]!;
      if (level + 1 === size) found.push({ members: ascending(chosen), distance: total });
      else {
        add(members, 0, node);
        copyRow(without, 0, levels[level + 1]!.without);
        grow(level + 1, total);
        remove(members, 0, node);
      }
      chosen.pop();
      add(without, 0, node);
    }
  }
  if (size > 0) grow(0, 0);
  return found.sort((a, b) => a.distance - b.distance || lexicographic(a.members, b.members));
}

/** A sorted copy of a short list. */
function ascending(values: readonly number[]): number[] {
  const sorted = values.slice();
  for (let i = 1; i < sorted.length; i++) {
    const value = sorted[i]!;
    let j = i;
    for (; j > 0 && sorted[j - 1]! > value; j--) sorted[j] = sorted[j - 1]!;
    sorted[j] = value;
  }
  return sorted;
}

function lexicographic(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
