/** @file Sets of nodes that hang together, seen from one node, in the order in which a search tries them. */
import { has, type BitRows } from "./bit-set.ts";

/** Distance of a node that is not reached. */
export const unreachable = 0x7fffffff;

/** A set of nodes, ascending, and the sum of their distances from the root. */
export interface CandidateSet {
  readonly members: readonly number[];
  readonly distance: number;
}

/** How nodes are reached from a root. */
export interface Reach {
  /** By node, the fewest steps from the root. */
  readonly distance: Int32Array;
  /** Whether each member is reached from the root through members alone. */
  readonly hangsTogether: (members: readonly number[]) => boolean;
}

/** Thrown if more sets are looked at, or more tests are made, than the limit allows. */
export class TooManySetsError extends Error {
  override readonly name = "TooManySetsError";
}

export interface SetOptions {
  /** Members of a set. */
  readonly size: number;
  /** The first row: nodes that may be members; all if it is left out. */
  readonly allowed?: BitRows;
  /** Called for each set that is looked at, whether it hangs together or not, and for each beginning that no set has. */
  readonly look: () => void;
}

/**
 * Visits the sets of `size` nodes that hang together: nearer ones, by the sum of distances, first; of equally near ones the
 * lexicographically smaller. Ends, with true, when a visit returns true. The members are written over after a visit.
 */
export function visitConnectedSets(
  { distance, hangsTogether }: Reach,
  { size, allowed, look }: SetOptions,
  visit: (members: readonly number[], distance: number) => boolean,
): boolean {
  const nodes: number[] = [];
  for (let node = 0; node < distance.length; node++) {
    // The i-th nearest member is at most i steps away, as the members are its way.
    if (distance[node]! <= size && (allowed === undefined || has(allowed, 0, node))) nodes.push(node);
  }
  const count = nodes.length;
  if (count < size || size === 0) return false;
  // Least and largest distance from a place on.
  const least = new Int32Array(count + 1).fill(unreachable);
  const largest = new Int32Array(count + 1);
  for (let i = count - 1; i >= 0; i--) {
    least[i] = Math.min(least[i + 1]!, distance[nodes[i]!]!);
    largest[i] = Math.max(largest[i + 1]!, distance[nodes[i]!]!);
  }
  const chosen = new Array<number>(size).fill(0);
  let sum = size;

  function choose(place: number, from: number, rest: number): boolean {
    const left = size - place - 1;
    let isBeginning = false;
    for (let i = from; i + left < count; i++) {
      const node = nodes[i]!;
      const after = rest - distance[node]!;
      if (left > 0) {
        if (after < left * least[i + 1]! || after > left * largest[i + 1]!) continue;
        isBeginning = true;
        chosen[place] = node;
        if (choose(place + 1, i + 1, after)) return true;
      } else if (after === 0) {
        isBeginning = true;
        chosen[place] = node;
        look();
        // Neighbors of the root need nobody.
        if ((sum === size || hangsTogether(chosen)) && visit(chosen, sum)) return true;
      }
    }
    // A search that meets nothing but these is to end, too.
    if (!isBeginning) look();
    return false;
  }
  const most = Math.min((size * (size + 1)) / 2, size * largest[0]!);
  for (; sum <= most; sum++) if (choose(0, 0, sum)) return true;
  return false;
}

/** All of these sets. Throws a TooManySetsError if more than `limit` have to be looked at. */
export function connectedSets(
  reach: Reach,
  { size, limit }: { readonly size: number; readonly limit: number },
): CandidateSet[] {
  const found: CandidateSet[] = [];
  let looked = 0;
  const look = (): void => {
    looked += 1;
    if (looked > limit) throw new TooManySetsError(`More than ${limit} sets of ${size} nodes.`);
  };
  visitConnectedSets(reach, { size, look }, (members, distance) => {
    found.push({ members: members.slice(), distance });
    return false;
  });
  return found;
}
