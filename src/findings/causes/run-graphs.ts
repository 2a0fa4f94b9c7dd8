/** @file Causal graphs of a run, learned from the attention that it recorded. */
import type { CausalGraphFinding, CausalQuery } from "../../run/causes.ts";
import type { Run } from "../../run/types.ts";
import type { GraphLearner } from "./graph-learner.ts";
import type { GraphWork } from "./graph-work.ts";
import { selectRows } from "./select-rows.ts";

/** The row of the target and those of the nodes, as the run holds them. Throws a NotRecordedError where it lacks one. */
export async function graphWork(run: Run, query: CausalQuery): Promise<GraphWork> {
  return { query, ...(await selectRows(run, query)) };
}

/** Learns a graph for each query. */
export async function runGraphs(
  run: Run,
  queries: readonly CausalQuery[],
  {
    pool,
    ...options
  }: { readonly pool: GraphLearner; readonly signal?: AbortSignal; readonly onDone?: (done: number) => void },
): Promise<CausalGraphFinding[]> {
  async function* works(): AsyncGenerator<GraphWork> {
    for (const query of queries) yield await graphWork(run, query);
  }
  return pool.learn(works(), options);
}
