/** @file What a worker thread is given to do: to learn one graph, or to count over many. */
import type { Frequencies } from "../causal-discovery/stability.ts";
import type { CausalGraphFinding } from "../run/causes.ts";
import { learnGraph, type GraphWork } from "../findings/causes/graph-work.ts";
import { countStability, type StabilityWork } from "../findings/causes/stability-work.ts";

export type GraphTask =
  { readonly kind: "graph"; readonly work: GraphWork } | { readonly kind: "stability"; readonly work: StabilityWork };

export type GraphResult<Task extends GraphTask> = Task extends { readonly kind: "graph" }
  ? CausalGraphFinding
  : Frequencies;

export function doGraphTask(task: GraphTask): CausalGraphFinding | Frequencies {
  return task.kind === "graph" ? learnGraph(task.work) : countStability(task.work);
}

/** Memory that goes over to the thread instead of being copied. */
export function transferred(task: GraphTask): ArrayBuffer[] {
  const rows = task.kind === "graph" ? [task.work.rows] : task.work.heads.map((head) => head.rows);
  return rows.map(({ buffer }) => buffer as ArrayBuffer);
}
