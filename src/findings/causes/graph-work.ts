/** @file One causal graph to learn, as it goes to a worker thread, and what comes back. */
import { graphOfSelection } from "../../causal-discovery/head-graph.ts";
import type { NodeSelection } from "../../causal-discovery/select-nodes.ts";
import type { CausalGraphFinding, CausalQuery } from "../../run/causes.ts";
import { rowReader } from "./head-rows.ts";

/** Rows of one head's attention for the tokens that its target attends to. */
export interface GraphWork {
  readonly query: CausalQuery;
  readonly target: number;
  readonly selection: NodeSelection;
  /** [nodes, keys], in the order of `selection.nodes`. */
  readonly rows: Float32Array;
}

/** Learns the graph and explains the target by it. */
export function learnGraph({ query, target, selection, rows }: GraphWork): CausalGraphFinding {
  const { nodes, leftOut } = selection;
  const rowOf = rowReader({ positions: nodes, rows });
  const found = graphOfSelection(selection, { rowOf, target, options: query });
  const named = { ...query, target, leftOut };
  if ("noGraph" in found) {
    return {
      ...named,
      nodes: [],
      marks: [],
      tree: { position: target, children: [] },
      radiusSets: [],
      explanation: [],
      testsBySize: [],
      conflicts: 0,
      degenerate: 0,
      noGraph: found.noGraph,
    };
  }
  const { graph, explanation } = found;
  const { testsBySize, conflicts, degenerate, cutAt } = graph;
  return {
    ...named,
    nodes: graph.nodes,
    marks: [...graph.marks],
    tree: explanation.tree,
    radiusSets: explanation.radiusSets,
    explanation: explanation.members,
    testsBySize,
    conflicts,
    degenerate,
    ...(cutAt === undefined ? {} : { cutAt }),
  };
}
