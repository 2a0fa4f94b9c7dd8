/**
 * @file Iterative causal discovery with a causal order, as published: conditioning sets grow by one node per round, each edge is tried with
 * the sets near its later token (Rohekar et al., NeurIPS 2021; ordered: "A Causal World Model Underlying Next Token Prediction", arXiv
 * 2412.07446). Deletions count at once, so that what is tried depends on the order of the loops, which is ascending.
 */
import { add, addAll, bitRows, copyCommon, nextIn, remove, type BitRows } from "./bit-set.ts";
import { completeGraph, edgeCount, graphOfEdges, isAdjacent, removeEdge, type MarkedGraph } from "./graph.ts";
import type { IndependenceTest } from "./independence.ts";
import { orientByOrder, orientTails } from "./orientation.ts";
import { possibleAncestors } from "./possible-ancestors.ts";
import { TooManySetsError, visitConnectedSets } from "./connected-sets.ts";
import { reachOfTree, possibleDSepTree } from "./possible-d-sep.ts";
import { testCounter, type TestCounter } from "./test-counter.ts";

export interface DiscoveryOptions {
  /** Nodes in causal order; ascending if it is left out. */
  readonly order?: readonly number[];
  /** `global`: one size of conditioning sets after the other; `local`: all sizes for one token after the other. */
  readonly schedule?: "global" | "local";
  /** Independence tests and candidate sets after which the search is cut short. */
  readonly limit: number;
}

/** A learned graph, with what the search took. */
export interface Discovery {
  readonly graph: MarkedGraph;
  readonly testsBySize: readonly number[];
  readonly cutAt?: number;
}

/** What the loops of all rounds share. */
interface Search {
  readonly g: MarkedGraph;
  readonly order: readonly number[];
  readonly rank: Int32Array;
  /** Row r: the nodes up to place r of the causal order. */
  readonly upTo: BitRows;
  readonly tests: TestCounter;
  /** [later token, earlier token]: 1 if the pair needs no further test. */
  readonly done: Uint8Array;
}

/** Row r: the nodes up to place r of an order. */
export function nodesUpTo(order: readonly number[]): BitRows {
  const rows = bitRows(order.length, order.length);
  const { words, bits } = rows;
  for (const [place, node] of order.entries()) {
    if (place > 0) bits.copyWithin(place * words, (place - 1) * words, place * words);
    add(rows, place, node);
  }
  return rows;
}

const emptySet: readonly number[] = [];

function testAlone({ g, order, tests, done }: Search, base: number): void {
  const b = order[base]!;
  for (let earlier = 0; earlier < base; earlier++) {
    const a = order[earlier]!;
    if (!tests.isIndependent(a, b, emptySet)) continue;
    removeEdge(g, a, b, emptySet);
    done[b * g.size + a] = 1;
  }
}

function testWithOne({ g, rank, order, upTo, tests, done }: Search, base: number): void {
  const { adjacent, size } = g;
  const b = order[base]!;
  const candidates = bitRows(1, size);
  // Written over for each test.
  const given = [0];
  for (let a = nextIn(adjacent, b, 0); a >= 0; a = nextIn(adjacent, b, a + 1)) {
    if (rank[a]! >= base || done[b * size + a] === 1) continue;
    copyCommon([adjacent, b], [upTo, base], candidates);
    remove(candidates, 0, a);
    for (let z = nextIn(candidates, 0, 0); z >= 0; z = nextIn(candidates, 0, z + 1)) {
      given[0] = z;
      if (!tests.isIndependent(a, b, given)) continue;
      removeEdge(g, a, b, [z]);
      done[b * size + a] = 1;
      break;
    }
  }
}

/** Whether no edge of a base is open; pairs that have none are done then, too. */
function isAllDone({ g, order, done }: Search, base: number): boolean {
  const b = order[base]!;
  for (let earlier = 0; earlier < base; earlier++) {
    const a = order[earlier]!;
    if (done[b * g.size + a] === 0 && isAdjacent(g, a, b)) return false;
  }
  for (let earlier = 0; earlier < base; earlier++) done[b * g.size + order[earlier]!] = 1;
  return true;
}

/** Tries sets of `size` nodes for every open edge of a base; true if no edge stays open. */
function testWithSets(search: Search, base: number, size: number): boolean {
  if (isAllDone(search, base)) return true;
  const { g, order, upTo, tests, done } = search;
  const b = order[base]!;
  const tree = possibleDSepTree(g, b, { pool: [upTo, base], maxDepth: size });
  const reach = reachOfTree(tree, g.size);
  let finished = true;
  for (let earlier = 0; earlier < base; earlier++) {
    const a = order[earlier]!;
    const pair = b * g.size + a;
    if (done[pair] === 1) continue;
    done[pair] = 1;
    if (tree.members.length <= size || !isAdjacent(g, a, b)) continue;
    const allowed = possibleAncestors(g, a, [upTo, earlier]);
    addAll(allowed, [possibleAncestors(g, b, [upTo, base]), 0]);
    remove(allowed, 0, a);
    let separator: readonly number[] | undefined;
    visitConnectedSets(reach, { size, allowed, look: tests.look }, (members) => {
      if (tests.isIndependent(a, b, members)) {
        separator = members.slice();
        return true;
      }
      done[pair] = 0;
      finished = false;
      return false;
    });
    if (separator === undefined) continue;
    removeEdge(g, a, b, separator);
    done[pair] = 1;
  }
  return finished;
}

function learnGlobally(search: Search): void {
  const { g, order, rank } = search;
  const count = order.length;
  orientByOrder(g, rank);
  for (let base = 2; base < count; base++) testWithOne(search, base);
  orientByOrder(g, rank);
  for (let size = 2; size <= count - 2; size++) {
    const before = edgeCount(g);
    let finished = true;
    for (let base = size + 1; base < count; base++) if (!testWithSets(search, base, size)) finished = false;
    if (finished) break;
    // Marks follow from the edges and the separators alone.
    if (edgeCount(g) < before) orientByOrder(g, rank);
  }
}

function learnLocally(search: Search): void {
  const { g, order, rank } = search;
  for (let base = 1; base < order.length; base++) {
    testAlone(search, base);
    orientByOrder(g, rank);
    if (base === 1) continue;
    testWithOne(search, base);
    orientByOrder(g, rank);
    for (let size = 2; size <= base - 1; size++) {
      if (isAllDone(search, base)) break;
      testWithSets(search, base, size);
      orientByOrder(g, rank);
    }
  }
}

/** Learns a graph over `size` nodes from tests of independence. */
export function orderedDiscovery(
  size: number,
  isIndependent: IndependenceTest,
  { order = Array.from({ length: size }, (_, node) => node), schedule = "global", limit }: DiscoveryOptions,
): Discovery {
  const rank = new Int32Array(size);
  for (const [place, node] of order.entries()) rank[node] = place;
  const tests = testCounter(isIndependent, limit);
  const g =
    schedule === "global" ? graphOfEdges(size, (a, b) => !tests.isIndependent(a, b, emptySet)) : completeGraph(size);
  const done = new Uint8Array(size * size);
  const search: Search = { g, order, rank, upTo: nodesUpTo(order), tests, done };
  let cutAt: number | undefined;
  try {
    if (schedule === "global") learnGlobally(search);
    else learnLocally(search);
  } catch (error) {
    if (!(error instanceof TooManySetsError)) throw error;
    cutAt = Math.max(0, tests.bySize().length - 1);
  }
  orientByOrder(g, rank);
  orientTails(g, "reference");
  return { graph: g, testsBySize: tests.bySize(), ...(cutAt === undefined ? {} : { cutAt }) };
}
