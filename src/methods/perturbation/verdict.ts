/** @file What a test of evidence says: how much the probability dropped, and how often chance does as much. */

/** Falls of the probability from which evidence matters a little, and from which the answer depends on it. */
export const smallDrop = 0.05;
export const largeDrop = 0.25;
/** Largest p-value of an effect that is told apart from chance. */
const significance = 0.05;

type Verdict = "depends" | "matters" | "independent" | "chance";

export interface TestedDrop {
  /** Fall of the probability without the tested set. */
  readonly drop: number;
  /** Falls without each random set. */
  readonly randomDrops: readonly number[];
}

export interface VerdictWithP {
  /** (1 + number of random sets that lower it as much) / (1 + number of random sets). */
  readonly p: number;
  /** Random sets that lowered the probability as much. */
  readonly asMuch: number;
  readonly code: Verdict;
}

/**
 * The p-value of a permutation test (Phipson & Smyth, "Permutation P-values Should Never Be Zero", 2010) and the verdict by p and drop:
 * `depends` if p < 0.05 and the drop is above 0.25, `matters` if p < 0.05 and it is above 0.05, `independent` if it is at most
 * 0.05, else `chance`. If no other set of the size exists, as of the whole picture, the drop alone decides. Under 20 random sets p
 * cannot be below 0.05.
 */
export function verdictOf({ drop, randomDrops }: TestedDrop): VerdictWithP {
  const asMuch = randomDrops.filter((other) => other >= drop).length;
  const p = (1 + asMuch) / (1 + randomDrops.length);
  if (drop <= smallDrop) return { p, asMuch, code: "independent" };
  if (p >= significance && randomDrops.length > 0) return { p, asMuch, code: "chance" };
  return { p, asMuch, code: drop > largeDrop ? "depends" : "matters" };
}
