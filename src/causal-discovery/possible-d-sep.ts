/**
 * @file The possible-d-sep tree of a node (Rohekar, Nisimov, Gurwicz, Novik, "Iterative Causal Discovery in the Possible Presence of Latent
 * Confounders and Selection Bias", NeurIPS 2021).
 */
import {
  add,
  bitRows,
  clear,
  copyRow,
  has,
  isEmpty,
  keepCommon,
  membersOf,
  nextIn,
  remove,
  type BitRows,
} from "./bit-set.ts";
import { mark, markAt, type MarkedGraph } from "./graph.ts";
import { unreachable, type Reach } from "./connected-sets.ts";

/** A tree whose node 0 is the root; a graph node may stand at several tree nodes. */
export interface PossibleDSepTree {
  /** Graph node, parent and depth of each tree node; parents come before their children. */
  readonly node: readonly number[];
  readonly parent: readonly number[];
  readonly depth: readonly number[];
  /** Graph nodes in the tree but for the root, ascending. */
  readonly members: readonly number[];
}

/** What tells which nodes may be colliders. */
export type ColliderGraph = Pick<MarkedGraph, "size" | "marks" | "adjacent" | "arrows">;

interface TreeOptions {
  /** Which nodes the tree may use; all if it is left out. */
  readonly pool?: readonly [BitRows, number];
  /** Steps from the root. */
  readonly maxDepth: number;
}

/**
 * Grows the tree of a root breadth first: from w, reached from u, to every neighbor v for which w may be a collider. Each edge of the
 * graph is used once.
 */
export function possibleDSepTree(g: ColliderGraph, root: number, { pool, maxDepth }: TreeOptions): PossibleDSepTree {
  const { size } = g;
  const unused: BitRows = { ...g.adjacent, bits: g.adjacent.bits.slice() };
  const node = [root];
  const parent = [-1];
  const depth = [0];
  const members = bitRows(1, size);
  const nextNodes = bitRows(1, size);
  const grow = (from: number): void => {
    if (pool !== undefined) keepCommon(nextNodes, pool);
    for (let to = nextIn(nextNodes, 0, 0); to >= 0; to = nextIn(nextNodes, 0, to + 1)) {
      remove(unused, node[from]!, to);
      remove(unused, to, node[from]!);
      node.push(to);
      parent.push(from);
      depth.push(depth[from]! + 1);
      add(members, 0, to);
    }
  };
  copyRow(unused, root, nextNodes);
  grow(0);
  for (let at = 1; at < node.length; at++) {
    if (depth[at]! >= maxDepth) continue;
    copyRow(unused, node[at]!, nextNodes);
    keepPossibleSteps(g, [node[parent[at]!]!, node[at]!], nextNodes);
    grow(at);
  }
  return { node, parent, depth, members: membersOf(members) };
}

/** Leaves in a set those neighbors v of w, other than u, for which w may be a collider between u and v. */
export function keepPossibleSteps(g: ColliderGraph, [u, w]: readonly [number, number], set: BitRows): void {
  const { words, bits: adjacent } = g.adjacent;
  const { bits: arrows } = g.arrows;
  const isArrow = markAt(g, u, w) === mark.arrowhead;
  for (let word = 0; word < words; word++) {
    const withU = adjacent[u * words + word]!;
    set.bits[word]! &= isArrow ? withU | arrows[w * words + word]! : withU;
  }
  remove(set, 0, u);
}

/** How nodes are reached along a tree: a node counts as reached if any of its places hangs on a chain of members. */
export function reachOfTree({ node, parent, depth }: PossibleDSepTree, graphSize: number): Reach {
  const distance = new Int32Array(graphSize).fill(unreachable);
  for (let at = 1; at < node.length; at++) distance[node[at]!] = Math.min(distance[node[at]!]!, depth[at]!);
  const hangs = new Uint8Array(node.length);
  hangs[0] = 1;
  const missing = bitRows(1, graphSize);
  return {
    distance,
    hangsTogether(members) {
      const isMember = bitRows(1, graphSize);
      for (const member of members) {
        add(isMember, 0, member);
        add(missing, 0, member);
      }
      for (let at = 1; at < node.length; at++) {
        const there = hangs[parent[at]!] === 1 && has(isMember, 0, node[at]!);
        hangs[at] = there ? 1 : 0;
        if (there) remove(missing, 0, node[at]!);
      }
      const all = isEmpty(missing, 0);
      clear(missing, 0);
      return all;
    },
  };
}
