/** @file From one head's attention to its causal graph and explanation of one token. */
import { attentionCorrelation, ZeroVarianceError, type CorrelationOptions, type RowOf } from "./correlation.ts";
import { discoverGraph } from "./discover.ts";
import { explain, type Explanation } from "./explanation.ts";
import type { CausalGraph } from "./graph.ts";
import { SingularCorrelationError } from "./independence.ts";
import type { CausalOptions } from "./options.ts";
import { selectNodes, type NodeSelection } from "./select-nodes.ts";

export interface HeadGraphInput {
  /** Attention of the head, row by row, [keys]; rows of the nodes and of the target are read. */
  readonly rowOf: RowOf;
  readonly target: number;
  /** Positions of the image tokens. */
  readonly imagePositions: readonly number[];
  readonly options: CausalOptions;
  readonly correlation?: CorrelationOptions;
}

/** Attention of one head and the settings to learn its graph with, one after the other. */
export interface GraphsInput extends Pick<HeadGraphInput, "rowOf" | "target" | "correlation"> {
  readonly settings: readonly CausalOptions[];
}

/** Why a head has no graph: nothing to connect, a token that attends to nothing, or tokens exactly alike in the reference variant. */
export type NoGraphReason = "too few tokens" | "zero variance" | "singular";

/** The graph and what it explains, or why there is none, as a code and as a sentence. */
export type GraphOrReason =
  | { readonly graph: CausalGraph; readonly explanation: Explanation }
  | { readonly reason: NoGraphReason; readonly noGraph: string };

export type HeadGraph = { readonly selection: NodeSelection } & GraphOrReason;

/** Learns the graph over the tokens that the target attends to, and explains the target by it. */
export function headGraph({ imagePositions, ...input }: HeadGraphInput): HeadGraph {
  const { rowOf, target, options } = input;
  const selection = selectNodes({ row: rowOf(target), target, imagePositions, options });
  return { selection, ...graphOfSelection(selection, input) };
}

/** The same over tokens that were selected before. */
export function graphOfSelection(
  selection: Pick<NodeSelection, "nodes">,
  { options, ...input }: Omit<HeadGraphInput, "imagePositions">,
): GraphOrReason {
  return graphsOfSelection(selection, { ...input, settings: [options] })[0]!;
}

/** A graph for each of the settings over the same tokens, whose correlation is the same in all of them. */
export function graphsOfSelection(
  { nodes }: Pick<NodeSelection, "nodes">,
  { rowOf, target, correlation, settings }: GraphsInput,
): GraphOrReason[] {
  if (nodes.length < 2) return settings.map(({ threshold }) => tooFewTokens(threshold));
  try {
    const matrix = attentionCorrelation(rowOf, nodes, correlation);
    return settings.map((options) => graphOfCorrelation(matrix, { nodes, target, options }));
  } catch (error) {
    if (!(error instanceof ZeroVarianceError)) throw error;
    const { message: noGraph } = error;
    return settings.map(() => ({ reason: "zero variance", noGraph }));
  }
}

function graphOfCorrelation(
  matrix: Float64Array,
  { nodes, target, options }: { nodes: readonly number[]; target: number; options: CausalOptions },
): GraphOrReason {
  try {
    const graph = discoverGraph(matrix, nodes, options);
    return { graph, explanation: explain(graph, target) };
  } catch (error) {
    if (!(error instanceof SingularCorrelationError)) throw error;
    return { reason: "singular", noGraph: error.message };
  }
}

function tooFewTokens(threshold: number): GraphOrReason {
  const noGraph = `No token before this one gets more than ${threshold} of this head's attention; lower the threshold.`;
  return { reason: "too few tokens", noGraph };
}
