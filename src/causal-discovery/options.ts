/** @file What a causal graph depends on beside the attention that it is learned from. */

/** How two tokens are found independent: by the size of their partial correlation, or as earlier releases of the published code did. */
export type SignRule = "two-sided" | "legacy";

export interface CausalOptions {
  /** `reference`: the published tool's behavior with every set in ascending order; `exact`: its faults repaired, free of any order. */
  readonly variant: "exact" | "reference";
  /** Two tokens count as independent if p is above it. */
  readonly alpha: number;
  /** Nominal sample count n of the test; its variance is 1 / (n - s - 3). */
  readonly samples: number;
  readonly signRule: SignRule;
  /** Attention from which a token becomes a node. */
  readonly threshold: number;
}
