/** @file Selects the tokens of a graph, and reads their rows from a run. */
import { selectNodes, type NodeSelection } from "../../causal-discovery/select-nodes.ts";
import { attentionBlock, NotRecordedError } from "../../run/attention-block.ts";
import type { CausalQuery } from "../../run/causes.ts";
import { imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";

/** What decides which rows are read. */
type RowsQuery = Pick<CausalQuery, "token" | "layer" | "head" | "variant" | "threshold">;

/**
 * The tokens that the head attends to at the position that predicts the token, and their rows, [selection.nodes, keys]. Throws a NotRecordedError if the
 * run lacks one.
 */
export async function selectRows(
  run: Run,
  { token, layer, head, variant, threshold }: RowsQuery,
): Promise<{ readonly target: number; readonly selection: NodeSelection; readonly rows: Float32Array }> {
  if (run.description.rounded === true) {
    throw new NotRecordedError("The run holds its attention rounded, of which no causal graph is learned; compute it.");
  }
  const target = predictingPosition(run.description, token);
  const read = async (positions: readonly number[]): Promise<Float32Array> =>
    (await attentionBlock(run, { layers: [layer], heads: [head], positions })).data;
  // Image tokens behind the sequence attend to nothing, so that they have no rows to be compared by: they are no nodes.
  const { length } = run.description.tokens;
  const selection = selectNodes({
    row: (await read([target])).subarray(0, length),
    target,
    imagePositions: imageTokenPositions(run.description).filter((position) => position < length),
    options: { variant, threshold },
  });
  return { target, selection, rows: await read(selection.nodes) };
}
