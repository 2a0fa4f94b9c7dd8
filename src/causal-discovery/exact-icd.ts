/**
 * @file Iterative causal discovery with a causal order, free of any other order: in each round every edge is tried against the graph as it
 * was when the round began, and what is separated is removed at its end (as in Colombo, Maathuis, "Order-independent constraint-based
 * causal structure learning", JMLR 15, 2014). Whether nodes hang together is told by walks, not by a tree that uses each edge once.
 */
import { addAll, nextIn, remove, type BitRows } from "./bit-set.ts";
import { graphOfEdges, removeEdge, type MarkedGraph } from "./graph.ts";
import type { IndependenceTest } from "./independence.ts";
import { orientByOrder, orientTails } from "./orientation.ts";
import { nodesUpTo, type Discovery } from "./ordered-icd.ts";
import { possibleAncestors } from "./possible-ancestors.ts";
import { TooManySetsError, visitConnectedSets } from "./connected-sets.ts";
import { testCounter, type TestCounter } from "./test-counter.ts";
import { reachOfWalks, walkDistances } from "./walks.ts";

interface Removal {
  readonly a: number;
  readonly b: number;
  readonly separator: readonly number[];
}

/** A round over all edges; the graph does not change in it. */
interface Round {
  readonly g: MarkedGraph;
  /** Row r: the nodes up to r. */
  readonly upTo: BitRows;
  readonly tests: TestCounter;
  /** Nodes of each conditioning set. */
  readonly size: number;
  readonly removals: Removal[];
}

/** Tries each earlier neighbor of a base with each other one; true if there was any. */
function testWithOne({ g, tests, removals }: Round, b: number): boolean {
  const { adjacent } = g;
  // Written over for each test.
  const given = [0];
  let tried = false;
  for (let a = nextIn(adjacent, b, 0); a >= 0 && a < b; a = nextIn(adjacent, b, a + 1)) {
    for (let z = nextIn(adjacent, b, 0); z >= 0 && z < b; z = nextIn(adjacent, b, z + 1)) {
      if (z === a) continue;
      tried = true;
      given[0] = z;
      if (!tests.isIndependent(a, b, given)) continue;
      removals.push({ a, b, separator: [z] });
      break;
    }
  }
  return tried;
}

/**
 * Tries each edge to an earlier node with each set that is legal for it; true if there was any. Members of a set are possible ancestors
 * of one of the two.
 */
function testWithSets({ g, upTo, tests, size, removals }: Round, b: number): boolean {
  const { adjacent } = g;
  const first = nextIn(adjacent, b, 0);
  if (first < 0 || first >= b) return false;
  const distance = walkDistances(g, b, { pool: [upTo, b - 1], steps: size });
  let near = 0;
  for (let node = 0; node < b; node++) if (distance[node]! <= size) near += 1;
  // The earlier end of an edge is near, and in none of its sets.
  if (near <= size) return false;
  const reach = reachOfWalks(g, b, distance);
  const ofBase = possibleAncestors(g, b, [upTo, b]);
  let tried = false;
  for (let a = first; a >= 0 && a < b; a = nextIn(adjacent, b, a + 1)) {
    const allowed = possibleAncestors(g, a, [upTo, a]);
    addAll(allowed, [ofBase, 0]);
    remove(allowed, 0, a);
    visitConnectedSets(reach, { size, allowed, look: tests.look }, (members) => {
      tried = true;
      if (!tests.isIndependent(a, b, members)) return false;
      removals.push({ a, b, separator: members.slice() });
      return true;
    });
  }
  return tried;
}

const emptySet: readonly number[] = [];

/** Learns a graph over `size` nodes whose causal order is their number. `limit` bounds tests and candidate sets. */
export function exactDiscovery(
  size: number,
  isIndependent: IndependenceTest,
  { limit }: { readonly limit: number },
): Discovery {
  const rank = Int32Array.from({ length: size }, (_, node) => node);
  const upTo = nodesUpTo([...rank]);
  const tests = testCounter(isIndependent, limit);
  const g = graphOfEdges(size, (a, b) => !tests.isIndependent(a, b, emptySet));
  let cutAt: number | undefined;
  let order = 0;
  try {
    orientByOrder(g, rank);
    for (order = 1; order <= size - 2; order++) {
      const round: Round = { g, upTo, tests, size: order, removals: [] };
      let tried = false;
      for (let b = order + 1; b < size; b++) {
        if (order === 1 ? testWithOne(round, b) : testWithSets(round, b)) tried = true;
      }
      if (!tried) break;
      for (const { a, b, separator } of round.removals) removeEdge(g, a, b, separator);
      if (round.removals.length > 0) orientByOrder(g, rank);
    }
  } catch (error) {
    if (!(error instanceof TooManySetsError)) throw error;
    cutAt = Math.max(0, order - 1);
  }
  orientByOrder(g, rank);
  orientTails(g, "exact");
  return { graph: g, testsBySize: tests.bySize(), ...(cutAt === undefined ? {} : { cutAt }) };
}
