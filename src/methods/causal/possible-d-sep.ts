/**
 * @file The possible-d-sep tree of a node, and the sets of nodes that hang together on it (Rohekar, Nisimov, Gurwicz, Novik, "Iterative
 * Causal Discovery in the Possible Presence of Latent Confounders and Selection Bias", NeurIPS 2021).
 */
import { isPossibleCollider, neighbors } from "./graph.ts";
import type { MarkedGraph } from "./graph.ts";

/** A tree whose node 0 is the root; a graph node may stand at several tree nodes. */
export interface PossibleDSepTree {
  /** Graph node, parent and depth of each tree node; parents come before their children. */
  readonly node: readonly number[];
  readonly parent: readonly number[];
  readonly depth: readonly number[];
  /** Graph nodes in the tree but for the root, ascending. */
  readonly members: readonly number[];
}

interface TreeOptions {
  /** Which nodes the tree may use; all where it is left out. */
  readonly pool?: (node: number) => boolean;
  /** Steps from the root. */
  readonly maxDepth: number;
}

/**
 * Grows the tree of a root breadth first: from w, reached from u, to every neighbor v for which w may be a collider. Each edge of the
 * graph is used once.
 */
export function possibleDSepTree(g: MarkedGraph, root: number, { pool, maxDepth }: TreeOptions): PossibleDSepTree {
  const { size, words } = g;
  const adjacent = g.adjacent.slice();
  if (pool !== undefined) {
    for (let out = 0; out < size; out++) {
      if (pool(out)) continue;
      for (let a = 0; a < size; a++) adjacent[a * words + (out >>> 5)]! &= ~(1 << (out & 31));
      adjacent.fill(0, out * words, (out + 1) * words);
    }
  }
  const edges = { adjacent, words };
  const remove = (a: number, b: number): void => {
    adjacent[a * words + (b >>> 5)]! &= ~(1 << (b & 31));
    adjacent[b * words + (a >>> 5)]! &= ~(1 << (a & 31));
  };
  const node = [root];
  const parent = [-1];
  const depth = [0];
  const isMember = new Uint8Array(size);
  const grow = (from: number, to: number): void => {
    remove(node[from]!, to);
    node.push(to);
    parent.push(from);
    depth.push(depth[from]! + 1);
    isMember[to] = 1;
  };
  for (const b of neighbors(edges, root)) grow(0, b);
  for (let at = 1; at < node.length; at++) {
    if (depth[at]! >= maxDepth) continue;
    const w = node[at]!;
    const u = node[parent[at]!]!;
    for (const v of neighbors(edges, w)) if (v !== u && isPossibleCollider(g, u, [w, v])) grow(at, v);
  }
  const members: number[] = [];
  for (let v = 0; v < size; v++) if (isMember[v] === 1) members.push(v);
  return { node, parent, depth, members };
}

/** A set of nodes, ascending, and the sum of their distances from the root. */
export interface CandidateSet {
  readonly members: readonly number[];
  readonly distance: number;
}

/** Nearer sets first; of equally near ones the lexicographically smaller. */
export function bySumOfDistances(a: CandidateSet, b: CandidateSet): number {
  return a.distance - b.distance || lexicographic(a.members, b.members);
}

function lexicographic(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

/** What can be added next to a set that hangs together: nodes that are reached through its members, with the distance of each. */
export interface Growth {
  readonly distance: ArrayLike<number>;
  /** Nodes that are reached through the members alone, those included or not. */
  readonly reached: (members: readonly number[]) => Iterable<number>;
}

/** Thrown where more sets hang together than the limit allows. */
export class TooManySetsError extends Error {
  override readonly name = "TooManySetsError";
}

/**
 * All sets of `size` nodes that hang together, in the order in which they are tried. Every such set grows out of a smaller one by a node
 * that it reaches, so that no other set is looked at. Throws a TooManySetsError beyond `limit`.
 */
export function connectedSets(
  { distance, reached }: Growth,
  { size, limit }: { readonly size: number; readonly limit: number },
): CandidateSet[] {
  let sets: (readonly number[])[] = [[]];
  for (let grown = 0; grown < size; grown++) {
    const seen = new Set<string>();
    const larger: number[][] = [];
    for (const members of sets) {
      for (const next of reached(members)) {
        if (members.includes(next)) continue;
        const set = withMember(members, next);
        const key = set.join();
        if (seen.has(key)) continue;
        seen.add(key);
        larger.push(set);
        if (larger.length > limit) throw new TooManySetsError(`More than ${limit} sets of ${grown + 1} nodes.`);
      }
    }
    sets = larger;
  }
  return sets
    .map((members) => ({ members, distance: members.reduce((sum, node) => sum + distance[node]!, 0) }))
    .sort(bySumOfDistances);
}

function withMember(members: readonly number[], added: number): number[] {
  const set: number[] = [];
  let placed = false;
  for (const member of members) {
    if (!placed && member > added) {
      set.push(added);
      placed = true;
    }
    set.push(member);
  }
  if (!placed) set.push(added);
  return set;
}

/** Growth along a tree: a node counts as reached if any of its places hangs on a chain of members. */
export function growthOfTree({ node, parent, depth, members: all }: PossibleDSepTree, graphSize: number): Growth {
  const distance = new Int32Array(graphSize).fill(0x7fffffff);
  for (let at = 1; at < node.length; at++) distance[node[at]!] = Math.min(distance[node[at]!]!, depth[at]!);
  const isIn = new Uint8Array(graphSize);
  const hangs = new Uint8Array(node.length);
  hangs[0] = 1;
  return {
    distance,
    *reached(members) {
      if (members.length === 0) {
        const near = new Set(all.filter((v) => distance[v] === 1));
        yield* near;
        return;
      }
      for (const member of members) isIn[member] = 1;
      const found: number[] = [];
      const listed = new Set<number>();
      for (let at = 1; at < node.length; at++) {
        const under = hangs[parent[at]!] === 1;
        hangs[at] = under && isIn[node[at]!] === 1 ? 1 : 0;
        if (under && !listed.has(node[at]!)) {
          listed.add(node[at]!);
          found.push(node[at]!);
        }
      }
      for (const member of members) isIn[member] = 0;
      yield* found;
    },
  };
}
