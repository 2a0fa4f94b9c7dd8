/** @file From one head's attention to its causal graph and explanation of one token. */
import { attentionCorrelation, ZeroVarianceError } from "./correlation.ts";
import type { CorrelationOptions, RowOf } from "./correlation.ts";
import { discoverGraph } from "./discover.ts";
import { explain } from "./explanation.ts";
import type { Explanation } from "./explanation.ts";
import type { CausalGraph } from "./graph.ts";
import { SingularCorrelationError } from "./independence.ts";
import type { CausalOptions } from "./options.ts";
import { selectNodes } from "./select-nodes.ts";
import type { NodeSelection } from "./select-nodes.ts";

export interface HeadGraphInput {
  /** Attention of the head, row by row, [keys]; rows of the nodes and of the target are read. */
  readonly rowOf: RowOf;
  readonly target: number;
  /** Positions of the image tokens, ascending. */
  readonly imagePositions: readonly number[];
  readonly options: CausalOptions;
  readonly correlation?: CorrelationOptions;
}

/** The graph, or one sentence on why there is none. */
export type HeadGraph = { readonly selection: NodeSelection } & (
  { readonly graph: CausalGraph; readonly explanation: Explanation } | { readonly noGraph: string }
);

/** Learns the graph over the tokens that the target attends to, and explains the target by it. */
export function headGraph({ rowOf, target, imagePositions, options, correlation }: HeadGraphInput): HeadGraph {
  const selection = selectNodes({ row: rowOf(target), target, imagePositions, options });
  if (selection.nodes.length < 2) {
    const noGraph = `No token before this one gets more than ${options.threshold} of this head's attention; lower the threshold.`;
    return { selection, noGraph };
  }
  try {
    const matrix = attentionCorrelation(rowOf, selection.nodes, correlation);
    const graph = discoverGraph(matrix, selection.nodes, options);
    return { selection, graph, explanation: explain(graph, target) };
  } catch (error) {
    if (error instanceof SingularCorrelationError || error instanceof ZeroVarianceError) {
      return { selection, noGraph: error.message };
    }
    throw error;
  }
}
