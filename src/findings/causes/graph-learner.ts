/** @file Who learns causal graphs: threads of a pool, or the caller's own thread. */
import type { Frequencies } from "../../causal-discovery/stability.ts";
import type { CausalGraphFinding } from "../../run/causes.ts";
import { learnGraph, type GraphWork } from "./graph-work.ts";
import { countStability, type StabilityWork } from "./stability-work.ts";

export interface GraphLearner {
  /** Learns graphs, in the order of the works. An aborted signal drops what has not begun, and stops what has. */
  learn(
    works: AsyncIterable<GraphWork> | Iterable<GraphWork>,
    options?: { readonly signal?: AbortSignal; readonly onDone?: (done: number) => void },
  ): Promise<CausalGraphFinding[]>;
  /** Learns the graphs of a stability and counts what comes back. */
  count(work: StabilityWork, signal?: AbortSignal): Promise<Frequencies>;
}

/** Learns one graph after the other in the thread that asks. */
export const ownThread: GraphLearner = {
  async learn(works, { signal, onDone } = {}) {
    const found: CausalGraphFinding[] = [];
    for await (const work of works) {
      // Between two graphs the thread does what else is waiting.
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      found.push(learnGraph(work));
      onDone?.(found.length);
    }
    return found;
  },
  count: (work, signal) => {
    signal?.throwIfAborted();
    return Promise.resolve(countStability(work));
  },
};
