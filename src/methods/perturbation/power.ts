/** @file How often a test of evidence would pass, before it is made. */
import { defaultAlpha, defaultNullSets, mostAsMuch } from "./sequential-test.ts";

/** Share of null sets that do as much as a set whose power is shown: such a set is rare, and should pass. */
export const shownShare = 0.02;

export interface PowerOptions {
  /** Null sets that there are. */
  readonly sets?: number;
  /** Largest p-value that passes. */
  readonly alpha?: number;
  /** Share of all null sets that do as much as the tested one, 0 to 1. */
  readonly share?: number;
}

/**
 * Probability that a test passes (p <= alpha) if a share of all null sets does as much as the tested set: that of at most `mostAsMuch`
 * successes in `sets` binomial trials. Early stopping changes no decision, and so not the power. Of 20 sets and alpha = 0.05 none may do
 * as much, and a set that 5 % of all match passes in 0.95^20 = 36 % of tests.
 */
export function powerOf({ sets = defaultNullSets, alpha = defaultAlpha, share = shownShare }: PowerOptions): number {
  const most = mostAsMuch({ sets, alpha });
  if (most < 0) return 0;
  if (share >= 1) return most >= sets ? 1 : 0;
  let term = (1 - share) ** sets;
  let power = term;
  for (let successes = 1; successes <= Math.min(most, sets); successes++) {
    term *= ((sets - successes + 1) / successes) * (share / (1 - share));
    power += term;
  }
  return Math.min(1, power);
}
