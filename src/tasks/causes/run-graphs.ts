/** @file Causal graphs of a run, learned from the attention that it recorded. */
import { selectNodes } from "../../methods/causal/select-nodes.ts";
import { attentionBlock } from "../../run/attention-block.ts";
import type { CausalGraphFinding, CausalQuery } from "../../run/causes.ts";
import { imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";
import type { GraphPool } from "./graph-pool.ts";
import type { GraphWork } from "./graph-work.ts";

/** The row of the target and those of the nodes, as the run holds them. Throws a NotRecordedError where it lacks one. */
export async function graphWork(run: Run, query: CausalQuery): Promise<GraphWork> {
  const { description } = run;
  const { layer, head } = query;
  const read = async (positions: readonly number[]): Promise<Float32Array> =>
    (await attentionBlock(run, { layers: [layer], heads: [head], positions })).data;
  const target = predictingPosition(description, query.token);
  const selection = selectNodes({
    row: await read([target]),
    target,
    imagePositions: imageTokenPositions(description),
    options: query,
  });
  return { query, target, selection, rows: await read(selection.nodes) };
}

/** Learns a graph for each query. */
export async function runGraphs(
  run: Run,
  queries: readonly CausalQuery[],
  {
    pool,
    ...options
  }: { readonly pool: GraphPool; readonly signal?: AbortSignal; readonly onDone?: (done: number) => void },
): Promise<CausalGraphFinding[]> {
  async function* works(): AsyncGenerator<GraphWork> {
    for (const query of queries) yield await graphWork(run, query);
  }
  return pool.learn(works(), options);
}
