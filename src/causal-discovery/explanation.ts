/**
 * @file What explains a token by its causal graph (CLEANN: Rohekar, Gurwicz, Nisimov, NeurIPS 2023): the tokens on its possible-d-sep tree,
 * by their distance, and the sets among them that a test finds to matter.
 */
import { add, bitRows } from "./bit-set.ts";
import { mark, type CausalGraph } from "./graph.ts";
import { TooManySetsError, visitConnectedSets } from "./connected-sets.ts";
import { reachOfTree, possibleDSepTree, type ColliderGraph } from "./possible-d-sep.ts";

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

type MarksOfGraph = Pick<CausalGraph, "nodes" | "marks">;

function treeOf(graph: MarksOfGraph, target: number, depth: number) {
  const g = colliderGraph(graph);
  return { size: g.size, tree: possibleDSepTree(g, targetIndex(graph, target), { maxDepth: depth }) };
}

/** The tree of a token of the graph, and its sets by radius. Throws a RangeError if the graph does not have the token. */
export function explain(graph: CausalGraph, target: number, depth = explanationDepth): Explanation {
  const { tree } = treeOf(graph, target, depth);
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

export interface ExplanationSearch {
  /** In the order in which they were found. */
  readonly found: readonly FoundExplanation[];
  /** Set if the search was cut short, to the largest size that was gone through. */
  readonly cutAt?: number;
}

/** Candidate sets, of all sizes together, after which a search is cut short. */
export const explanationLimit = 200_000;

/**
 * Sets of the tree that hold in a test, sizes ascending, nearer ones first. `minimal` stops after the first size that gave any. The
 * search is cut short after `limit` candidate sets.
 */
export function searchExplanations(
  graph: CausalGraph,
  target: number,
  options: {
    readonly holds: (members: readonly number[]) => boolean;
    readonly mode: "minimal" | "all";
    readonly maxSize?: number;
    readonly depth?: number;
    /** @default explanationLimit */
    readonly limit?: number;
  },
): ExplanationSearch {
  const { holds, mode, depth = explanationDepth, limit = explanationLimit } = options;
  const { tree, size: nodes } = treeOf(graph, target, depth);
  const reach = reachOfTree(tree, nodes);
  const found: FoundExplanation[] = [];
  let looked = 0;
  const look = (): void => {
    looked += 1;
    if (looked > limit) throw new TooManySetsError(`More than ${limit} candidate sets.`);
  };
  const largest = Math.min(options.maxSize ?? Infinity, tree.members.length);
  for (let size = 1; size <= largest; size++) {
    try {
      visitConnectedSets(reach, { size, look }, (members, distance) => {
        const positions = members.map((node) => graph.nodes[node]!);
        if (holds(positions)) found.push({ members: positions, distance });
        return false;
      });
    } catch (error) {
      if (error instanceof TooManySetsError) return { found, cutAt: size - 1 };
      throw error;
    }
    if (mode === "minimal" && found.length > 0) break;
  }
  return { found };
}

/** Some of the candidate sets of a size. */
export interface CandidateSets {
  /** Positions of each set, ascending, in the order in which they are tried. */
  readonly sets: readonly (readonly number[])[];
  /** True if these are all. */
  readonly isAll: boolean;
}

/**
 * Candidate sets of every size of a token of the graph, as a function of the size and of how many are wanted at most, with the largest size
 * that any has. Nearer ones come first.
 */
export function explanationCandidates(
  graph: MarksOfGraph,
  target: number,
  depth = explanationDepth,
): { readonly largest: number; readonly ofSize: (size: number, most: number) => CandidateSets } {
  const { tree, size: nodes } = treeOf(graph, target, depth);
  const reach = reachOfTree(tree, nodes);
  return {
    largest: tree.members.length,
    ofSize(size, most) {
      const sets: (readonly number[])[] = [];
      let looked = 0;
      const look = (): void => {
        looked += 1;
        if (looked > explanationLimit) throw new TooManySetsError(`More than ${explanationLimit} candidate sets.`);
      };
      try {
        const isCut = visitConnectedSets(reach, { size, look }, (members) => {
          if (sets.length === most) return true;
          sets.push(members.map((node) => graph.nodes[node]!));
          return false;
        });
        return { sets, isAll: !isCut };
      } catch (error) {
        if (error instanceof TooManySetsError) return { sets, isAll: false };
        throw error;
      }
    },
  };
}
