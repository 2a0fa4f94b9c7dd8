/**
 * @file What explains a token by its causal graph (CLEANN: Rohekar, Gurwicz, Nisimov, NeurIPS 2023): the tokens on its possible-d-sep tree,
 * by their distance, and the sets among them that a test finds to matter.
 */
import { add, bitRows } from "./bit-set.ts";
import { mark } from "./graph.ts";
import type { CausalGraph } from "./graph.ts";
import { connectedSets } from "./connected-sets.ts";
import { reachOfTree, possibleDSepTree } from "./possible-d-sep.ts";
import type { ColliderGraph } from "./possible-d-sep.ts";

/** Steps from the explained token; the published tool's depth. */
export const explanationDepth = 3;

/** A node of the tree with its position in the sequence; a position may occur several times. */
export interface CauseNode {
  readonly position: number;
  readonly children: readonly CauseNode[];
}

export interface Explanation {
  readonly tree: CauseNode;
  /** Entry d - 1: positions at d steps from the target, ascending. */
  readonly radiusSets: readonly (readonly number[])[];
  /** Every position of the tree but the target, ascending. */
  readonly members: readonly number[];
}

/** What the tree needs of a graph, as bit sets. */
export function colliderGraph({ nodes, marks }: Pick<CausalGraph, "nodes" | "marks">): ColliderGraph {
  const size = nodes.length;
  const [adjacent, arrows] = [bitRows(size, size), bitRows(size, size)];
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      const at = marks[a * size + b]!;
      if (at === mark.none) continue;
      add(adjacent, a, b);
      if (at === mark.arrowhead) add(arrows, b, a);
    }
  }
  return { size, marks, adjacent, arrows };
}

function targetIndex({ nodes }: Pick<CausalGraph, "nodes">, target: number): number {
  const index = nodes.indexOf(target);
  if (index < 0) throw new RangeError(`The explained token ${target} is not in the graph.`);
  return index;
}

/** The tree of a token of the graph, and its sets by radius. Throws a RangeError where the graph does not have the token. */
export function explain(graph: CausalGraph, target: number, depth = explanationDepth): Explanation {
  const g = colliderGraph(graph);
  const tree = possibleDSepTree(g, targetIndex(graph, target), { maxDepth: depth });
  const position = (at: number): number => graph.nodes[tree.node[at]!]!;
  const children = tree.node.map((): CauseNode[] => []);
  for (let at = tree.node.length - 1; at > 0; at--) {
    children[tree.parent[at]!]!.unshift({ position: position(at), children: children[at]! });
  }
  const levels: Set<number>[] = [];
  for (let at = 1; at < tree.node.length; at++) {
    const level = (levels[tree.depth[at]! - 1] ??= new Set());
    level.add(position(at));
  }
  return {
    tree: { position: target, children: children[0]! },
    radiusSets: levels.map((level) => [...level].sort((a, b) => a - b)),
    members: tree.members.map((node) => graph.nodes[node]!),
  };
}

/** A set that explains the target by a test, with the sum of its members' distances. */
export interface FoundExplanation {
  readonly members: readonly number[];
  readonly distance: number;
}

/** Candidate sets of one size that are looked at before the search is given up. */
const searchLimit = 200_000;

/**
 * Sets of the tree that hold in a test, sizes ascending, nearer ones first. `minimal` stops after the first size that gave any. Throws a
 * TooManySetsError where more sets of a size hang together than can be tried.
 */
export async function searchExplanations(
  graph: CausalGraph,
  target: number,
  options: {
    readonly holds: (members: readonly number[]) => boolean | Promise<boolean>;
    readonly mode: "minimal" | "all";
    readonly maxSize?: number;
    readonly depth?: number;
    readonly signal?: AbortSignal;
  },
): Promise<FoundExplanation[]> {
  const { holds, mode, depth = explanationDepth, signal } = options;
  const g = colliderGraph(graph);
  const tree = possibleDSepTree(g, targetIndex(graph, target), { maxDepth: depth });
  const reach = reachOfTree(tree, g.size);
  const found: FoundExplanation[] = [];
  for (let size = 1; size <= (options.maxSize ?? tree.members.length); size++) {
    for (const { members, distance } of connectedSets(reach, { size, limit: searchLimit })) {
      signal?.throwIfAborted();
      const positions = members.map((node) => graph.nodes[node]!);
      if (await holds(positions)) found.push({ members: positions, distance });
    }
    if (mode === "minimal" && found.length > 0) break;
  }
  return found;
}
