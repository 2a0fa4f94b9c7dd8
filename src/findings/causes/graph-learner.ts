/** @file Who learns causal graphs. */
import type { Frequencies } from "../../methods/causal/stability.ts";
import type { CausalGraphFinding } from "../../run/causes.ts";
import type { GraphWork } from "./graph-work.ts";
import type { StabilityWork } from "./stability-work.ts";

export interface GraphLearner {
  /** Learns graphs, in the order of the works. An aborted signal drops what has not begun, and stops what has. */
  learn(
    works: AsyncIterable<GraphWork> | Iterable<GraphWork>,
    options?: { readonly signal?: AbortSignal; readonly onDone?: (done: number) => void },
  ): Promise<CausalGraphFinding[]>;
  /** Learns the graphs of a stability and counts what comes back. */
  count(work: StabilityWork, signal?: AbortSignal): Promise<Frequencies>;
}
