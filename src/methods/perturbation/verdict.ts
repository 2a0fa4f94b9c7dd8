/** @file What a test of evidence says: how much the score fell, how often null sets do as much, and whether there was anything to test. */
import { defaultAlpha, mostAsMuch } from "./sequential-test.ts";

/**
 * Falls of the score below this, in nats, are no effect: the probability (or, for a contrast, the odds against the rival) keeps more than nine
 * tenths of what it was.
 */
export const leastFall = 0.1;

/**
 * `nothing`: without everything of its kind the answer hardly changes, so that no part of it can matter. `few`: too few null sets exist for
 * a test to pass. `random`: null sets do as much. `little`: they do not, but the fall is no effect. `unconfirmed`: it is one, but no other
 * way to take the evidence away finds it. `depends`: it is one, and nothing speaks against it.
 */
export type TestVerdict = "depends" | "unconfirmed" | "little" | "random" | "nothing" | "few";

export interface TestedFall {
  /** Fall of the score without everything of the kind, in nats; left out if there is no such thing, as for heads. */
  readonly wholeFall?: number | undefined;
  /** Fall of the score without the tested set. */
  readonly fall: number;
  /** True if the tested set is everything of its kind: no other set has its size, and the fall alone decides. */
  readonly isWhole: boolean;
  /** Null sets that there are. */
  readonly available: number;
  /** p of the test against them; left out before it was made. */
  readonly p?: number | undefined;
  /** p of the tests by other ways to take the evidence away, of as many as were asked for. */
  readonly confirmations?: readonly number[];
  readonly alpha?: number;
}

/**
 * The verdict, by the first of these that holds: `nothing`, `few` (unless the set is everything), `random` (p > alpha), `little`,
 * `unconfirmed`, `depends`. Since confirmations only take verdicts away, a set that chance chose gets past `random` in at most alpha of cases.
 */
export function verdictOf({
  wholeFall,
  fall,
  isWhole,
  available,
  p = 1,
  confirmations = [],
  alpha = defaultAlpha,
}: TestedFall): TestVerdict {
  if (wholeFall !== undefined && wholeFall < leastFall) return "nothing";
  if (!isWhole) {
    if (mostAsMuch({ sets: available, alpha }) < 0) return "few";
    if (p > alpha) return "random";
  }
  if (fall < leastFall) return "little";
  return confirmations.length > 0 && confirmations.every((other) => other > alpha) ? "unconfirmed" : "depends";
}

/** What is left of an answer token when the picture is taken away in one way. */
export interface LeftWithoutPicture {
  /** Fall of the score, in nats. */
  readonly fall: number;
  /** True if the most probable token in its place is the one that it is with the picture. */
  readonly saysTheSame: boolean;
}

/** Whether an answer token depends on the picture. */
export type DependenceVerdict = "depends" | "does not matter" | "could not tell";

/**
 * Whether an answer token depends on the picture: it does if the score falls and something else is said under any of the ways, and the
 * picture does not matter if the score stays under all. A score that falls or rises while the same is said tells neither.
 */
export function dependenceOf(left: readonly LeftWithoutPicture[]): DependenceVerdict {
  if (left.some(({ fall, saysTheSame }) => fall >= leastFall && !saysTheSame)) return "depends";
  return left.every(({ fall }) => Math.abs(fall) < leastFall) ? "does not matter" : "could not tell";
}
