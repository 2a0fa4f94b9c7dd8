/**
 * @file Iterative causal discovery with a causal order, free of any other order: in each round every edge is tried against the graph as it
 * was when the round began, and what is separated is removed at its end (as in Colombo, Maathuis, "Order-independent constraint-based
 * causal structure learning", JMLR 15, 2014). Whether nodes hang together is told by walks, not by a tree that uses each edge once.
 */
import { completeGraph, copyGraph, isAdjacent, isPossibleCollider, neighbors, removeEdge } from "./graph.ts";
import type { MarkedGraph } from "./graph.ts";
import type { IndependenceTest } from "./independence.ts";
import { orientByOrder, orientTails } from "./orientation.ts";
import type { Discovery } from "./ordered-icd.ts";
import { possibleAncestors } from "./possible-ancestors.ts";
import { connectedSets, TooManySetsError } from "./possible-d-sep.ts";
import type { Growth } from "./possible-d-sep.ts";
import { testCounter } from "./test-counter.ts";
import type { TestCounter } from "./test-counter.ts";

/** Distance of nodes that no walk reaches. */
const unreachable = 0x7fffffff;

/**
 * Fewest steps of a walk from `root` to each node, [size]. A walk goes on from w, reached from u, to a neighbor v other than u for which
 * w may be a collider; all its nodes but the root satisfy `allowed`.
 */
function walkDistances(g: MarkedGraph, root: number, allowed: (node: number) => boolean): Int32Array {
  const { size } = g;
  const distance = new Int32Array(size).fill(unreachable);
  const seen = new Uint8Array(size * size);
  let layer: (readonly [from: number, to: number])[] = [];
  for (const b of neighbors(g, root)) if (allowed(b)) layer.push([root, b]);
  for (let steps = 1; layer.length > 0; steps++) {
    const next: (readonly [number, number])[] = [];
    for (const [, to] of layer) distance[to] = Math.min(distance[to]!, steps);
    for (const [u, w] of layer) {
      for (const v of neighbors(g, w)) {
        if (v === u || v === root || !allowed(v) || seen[w * size + v] === 1) continue;
        if (!isPossibleCollider(g, u, [w, v])) continue;
        seen[w * size + v] = 1;
        next.push([w, v]);
      }
    }
    layer = next;
  }
  return distance;
}

/** Growth of sets by walks from the root through their members alone. */
function growthByWalks(
  g: MarkedGraph,
  root: number,
  { candidates, distance }: { candidates: Uint8Array; distance: Int32Array },
): Growth {
  const { size } = g;
  const around = neighbors(g, root).filter((node) => candidates[node] === 1);
  return {
    distance,
    reached(members) {
      if (members.length === 0) return around;
      const isIn = new Uint8Array(size);
      for (const member of members) isIn[member] = 1;
      const found = new Set(around);
      const seen = new Uint8Array(size * size);
      const states: number[] = [];
      for (const w of neighbors(g, root)) if (isIn[w] === 1) states.push(root * size + w);
      for (let at = 0; at < states.length; at++) {
        const u = Math.floor(states[at]! / size);
        const w = states[at]! % size;
        for (const v of neighbors(g, w)) {
          if (v === u || v === root || candidates[v] === 0 || !isPossibleCollider(g, u, [w, v])) continue;
          found.add(v);
          const state = w * size + v;
          if (isIn[v] === 0 || seen[state] === 1) continue;
          seen[state] = 1;
          states.push(state);
        }
      }
      return found;
    },
  };
}

interface Removal {
  readonly pair: readonly [a: number, b: number];
  readonly separator: readonly number[];
}

interface Round {
  /** The graph as it was when the round began. */
  readonly frozen: MarkedGraph;
  readonly tests: TestCounter;
  /** Nodes of each conditioning set. */
  readonly size: number;
  readonly limit: number;
}

/** Sets of the round's size that may separate the edge, in the order in which they are tried. */
function legalSets(
  { frozen, size, limit }: Round,
  [a, b]: readonly [number, number],
  { distance, ofBase }: { distance: Int32Array; ofBase: Uint8Array },
): (readonly number[])[] {
  if (size === 1) return neighbors(frozen, b).flatMap((z) => (z < b && z !== a ? [[z]] : []));
  const ofEarlier = possibleAncestors(frozen, a, (node) => node <= a);
  const candidates = new Uint8Array(frozen.size);
  let count = 0;
  for (let z = 0; z < b; z++) {
    if (z === a || distance[z]! > size || (ofEarlier[z] === 0 && ofBase[z] === 0)) continue;
    candidates[z] = 1;
    count += 1;
  }
  if (count < size) return [];
  const growth = growthByWalks(frozen, b, { candidates, distance });
  return connectedSets(growth, { size, limit }).map(({ members }) => members);
}

/** Tries every edge of the frozen graph; undefined where no edge had a set to try. */
function removalsOf(round: Round): Removal[] | undefined {
  const { frozen, tests, size } = round;
  const removals: Removal[] = [];
  let tried = false;
  for (let b = size + 1; b < frozen.size; b++) {
    const earlier = neighbors(frozen, b).filter((a) => a < b);
    if (earlier.length === 0) continue;
    const distance = size === 1 ? new Int32Array(0) : walkDistances(frozen, b, (node) => node < b);
    const ofBase = size === 1 ? new Uint8Array(0) : possibleAncestors(frozen, b, (node) => node <= b);
    for (const a of earlier) {
      const sets = legalSets(round, [a, b], { distance, ofBase });
      if (sets.length > 0) tried = true;
      const separator = sets.find((set) => tests.isIndependent(a, b, set));
      if (separator !== undefined) removals.push({ pair: [a, b], separator });
    }
  }
  return tried ? removals : undefined;
}

/** Learns a graph over `size` nodes whose causal order is their number. `limit` bounds tests and candidate sets. */
export function exactDiscovery(
  size: number,
  isIndependent: IndependenceTest,
  { limit }: { readonly limit: number },
): Discovery {
  const rank = Int32Array.from({ length: size }, (_, node) => node);
  const g = completeGraph(size);
  const tests = testCounter(isIndependent, limit);
  let cutAt: number | undefined;
  let order = 0;
  try {
    for (let b = 1; b < size; b++) {
      for (let a = 0; a < b; a++) if (tests.isIndependent(a, b, [])) removeEdge(g, [a, b], []);
    }
    orientByOrder(g, rank);
    for (order = 1; order <= size - 2; order++) {
      const removals = removalsOf({ frozen: copyGraph(g), tests, size: order, limit });
      if (removals === undefined) break;
      for (const { pair, separator } of removals) if (isAdjacent(g, ...pair)) removeEdge(g, pair, separator);
      if (removals.length > 0) orientByOrder(g, rank);
    }
  } catch (error) {
    if (!(error instanceof TooManySetsError)) throw error;
    cutAt = Math.max(0, order - 1);
  }
  orientByOrder(g, rank);
  orientTails(g, "exact");
  return { graph: g, testsBySize: tests.bySize(), ...(cutAt === undefined ? {} : { cutAt }) };
}
