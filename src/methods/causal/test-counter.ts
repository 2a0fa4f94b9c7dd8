/** @file Counts the tests of independence that a search makes, and ends a search that makes too many. */
import type { IndependenceTest } from "./independence.ts";
import { TooManySetsError } from "./connected-sets.ts";

export interface TestCounter {
  readonly isIndependent: IndependenceTest;
  /** Tests made, by size of the conditioning set. */
  bySize(): number[];
}

/** Throws a TooManySetsError once more than `limit` tests were made. */
export function testCounter(isIndependent: IndependenceTest, limit: number): TestCounter {
  const counts: number[] = [];
  let total = 0;
  return {
    isIndependent(x, y, given) {
      total += 1;
      if (total > limit) throw new TooManySetsError(`More than ${limit} tests of independence.`);
      while (counts.length <= given.length) counts.push(0);
      counts[given.length]! += 1;
      return isIndependent(x, y, given);
    },
    bySize: () => [...counts],
  };
}
