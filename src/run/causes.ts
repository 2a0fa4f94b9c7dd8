/** @file The causal graph of one head for one answer token, as plain data: what is asked, found, and kept in a run. */

/** What a causal graph depends on beside the attention that it is learned from. */
export interface CausalSettings {
  /** `reference`: the published tool's behavior, set order made ascending. */
  readonly variant: "exact" | "reference";
  /** Two tokens count as independent if p is above it. */
  readonly alpha: number;
  /** Nominal sample count n of the test. */
  readonly samples: number;
  readonly signRule: "two-sided" | "legacy";
  /** Attention from which a token becomes a node. */
  readonly threshold: number;
}

export const defaultCausalSettings: CausalSettings = {
  variant: "exact",
  alpha: 1e-5,
  samples: 128,
  signRule: "two-sided",
  threshold: 0.005,
};

/** The values that are offered, and the grid that stability goes over. */
export const alphas: readonly number[] = [1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
export const sampleCounts: readonly number[] = [64, 128, 256, 512, 1024];

/** Which graph: that of one head, for one answer token. */
export interface CausalQuery extends CausalSettings {
  /** Index in the answer. */
  readonly token: number;
  readonly layer: number;
  readonly head: number;
}

/** A node of the tree of possible causes below the explained token; a position may occur several times. */
export interface CauseTree {
  readonly position: number;
  readonly children: readonly CauseTree[];
}

/** A learned graph and what it explains. Tokens are named by their position in the sequence. */
export interface CausalGraphFinding extends CausalQuery {
  /** The position whose output is the explained token. */
  readonly target: number;
  /** Positions of the graph's tokens in causal order, the target last. */
  readonly nodes: readonly number[];
  /** [nodes, nodes], row by row: the mark at the second node of each edge: 0 no edge, 1 circle, 2 arrowhead, 3 tail. */
  readonly marks: readonly number[];
  /** The tree of possible causes of the target, at most three steps deep. */
  readonly tree: CauseTree;
  /** Entry d - 1: positions at d steps from the target, ascending. A position may stand in several. */
  readonly radiusSets: readonly (readonly number[])[];
  /** All of them together, ascending: the explanation set. Empty if the target has no edge. */
  readonly explanation: readonly number[];
  /** Independence tests made, by size of the conditioning set. */
  readonly testsBySize: readonly number[];
  /** Edge marks that a later rule overwrote, and tests of a singular matrix. */
  readonly conflicts: number;
  readonly degenerate: number;
  /** Tokens above the threshold that the largest number of nodes left out. */
  readonly leftOut: { readonly image: number; readonly text: number };
  /** Largest number of conditioning tokens that was gone through, if the search would have taken too many tests. */
  readonly cutAt?: number;
  /** Why there is no graph, as a sentence; nodes, marks and sets are then empty. */
  readonly noGraph?: string;
}

/** Importance of each head of a layer for one answer token: its largest attention on an image token, and on a text token after it. */
export interface HeadImportance {
  readonly token: number;
  readonly layer: number;
  /** max over image tokens / max over the tokens after the first image token, by head; not bounded by 1. */
  readonly image: readonly number[];
  /** The reverse: max over those text tokens / max over image tokens. */
  readonly text: readonly number[];
}

/** Which parameter is varied. `settings`: six alphas times five sample counts. */
export type StabilityOver = "settings" | "threshold" | "layer" | "noise";

/** Which graph, and which of its parameters is varied. */
export interface StabilityRequest extends CausalQuery {
  readonly over: StabilityOver;
}

/** How often edges and explaining tokens come back when a parameter changes. */
export interface CausalStability {
  readonly query: CausalQuery;
  readonly over: StabilityOver;
  /** How many graphs were learned. */
  readonly count: number;
  /** What each graph was learned with, a few words each, such as "alpha 1e-5, 128 samples". */
  readonly settings: readonly string[];
  /** Pairs of positions with an edge in at least one of them, and in how many. */
  readonly edges: readonly { readonly a: number; readonly b: number; readonly count: number }[];
  /** Positions that explain the target in at least one of them, and in how many. */
  readonly explaining: readonly { readonly position: number; readonly count: number }[];
}
