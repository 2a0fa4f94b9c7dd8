/** @file Causal graphs of a run: those that it holds, and others learned from the attention that it recorded. */
import type { CausalGraphFinding, CausalQuery } from "../../run/causes.ts";
import type { Run } from "../../run/types.ts";
import type { GraphLearner } from "./graph-learner.ts";
import type { GraphWork } from "./graph-work.ts";
import { recordedGraph } from "./recorded-graph.ts";
import { selectRows } from "./select-rows.ts";

/** The row of the target and those of the nodes, as the run holds them. Throws a NotRecordedError if it lacks one. */
export async function graphWork(run: Run, query: CausalQuery): Promise<GraphWork> {
  return { query, ...(await selectRows(run, query)) };
}

interface RunGraphsOptions {
  readonly pool: GraphLearner;
  readonly signal?: AbortSignal;
  /** Told how many graphs there are so far. */
  readonly onDone?: (done: number) => void;
}

/** The graph of each query, in their order. Throws a NotRecordedError if the run lacks a row that a graph is learned from. */
export async function runGraphs(
  run: Run,
  queries: readonly CausalQuery[],
  { pool, signal, onDone }: RunGraphsOptions,
): Promise<CausalGraphFinding[]> {
  const held = await Promise.all(queries.map((query) => recordedGraph(run, query)));
  const missing = queries.filter((_, i) => held[i] === undefined);
  async function* works(): AsyncGenerator<GraphWork> {
    for (const query of missing) yield await graphWork(run, query);
  }
  const count = queries.length - missing.length;
  const learned = await pool.learn(works(), { signal, onDone: (done) => onDone?.(count + done) });
  return held.map((graph) => graph ?? learned.shift()!);
}
