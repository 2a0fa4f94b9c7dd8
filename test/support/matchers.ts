/** @file Vitest matchers of this project: numeric closeness of arrays, with the worst entry in the message. */
import { expect } from "vitest";

type Numbers = ArrayLike<number>;

interface CloseResult {
  readonly worstDifference: number;
  readonly worstIndex: number;
}

function worstDifference(actual: Numbers, expected: Numbers): CloseResult {
  let worst = 0;
  let worstIndex = -1;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    // NaN compares false with everything, so it is caught by the negated comparison.
    if (!(difference <= worst)) {
      worst = difference;
      worstIndex = i;
    }
    if (Number.isNaN(difference)) return { worstDifference: Number.NaN, worstIndex: i };
  }
  return { worstDifference: worst, worstIndex };
}

expect.extend({
  /** Passes when both arrays have the same length and no entry differs by more than `tolerance` (absolute). */
  toBeCloseToArray(actual: Numbers, expected: Numbers, tolerance: number) {
    if (actual.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} numbers, got ${actual.length}` };
    }
    const { worstDifference: worst, worstIndex } = worstDifference(actual, expected);
    return {
      pass: worst <= tolerance,
      message: () =>
        `largest difference ${worst} at index ${worstIndex} (got ${actual[worstIndex]}, expected ${expected[worstIndex]}), tolerance ${tolerance}`,
    };
  },
});

declare module "vitest" {
  interface Matchers<T> {
    toBeCloseToArray(expected: Numbers, tolerance: number): T;
  }
}
