/** @file Counts the tests of independence that a search makes, and ends a search that makes too many. */
import type { IndependenceTest } from "./independence.ts";
import { TooManySetsError } from "./connected-sets.ts";

export interface TestCounter {
  readonly isIndependent: IndependenceTest;
  /** Counts a candidate set that is looked at, whether it is tested or not. */
  readonly look: () => void;
  /** Tests made, by size of the conditioning set. */
  bySize(): number[];
}

/** Throws a TooManySetsError once more than `limit` tests were made, or as many sets were looked at. */
export function testCounter(isIndependent: IndependenceTest, limit: number): TestCounter {
  const counts: number[] = [];
  let made = 0;
  let looked = 0;
  return {
    isIndependent(x, y, given) {
      made += 1;
      if (made > limit) throw new TooManySetsError(`More than ${limit} tests of independence.`);
      while (counts.length <= given.length) counts.push(0);
      counts[given.length]! += 1;
      return isIndependent(x, y, given);
    },
    look() {
      looked += 1;
      if (looked > limit) throw new TooManySetsError(`More than ${limit} candidate sets.`);
    },
    bySize: () => [...counts],
  };
}
