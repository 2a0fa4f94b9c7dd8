/**
 * @file Iterative causal discovery without an order, as published (Rohekar et al., NeurIPS 2021): both ends of an edge offer sets to
 * separate it by.
 */
import { has } from "./bit-set.ts";
import { completeGraph, isAdjacent, neighbors, removeEdge, type MarkedGraph } from "./graph.ts";
import type { IndependenceTest } from "./independence.ts";
import { orientFromCircles, orientTails } from "./orientation.ts";
import type { Discovery } from "./ordered-icd.ts";
import { possibleAncestors } from "./possible-ancestors.ts";
import { connectedSets, type CandidateSet } from "./connected-sets.ts";
import { reachOfTree, possibleDSepTree } from "./possible-d-sep.ts";
import { testCounter, type TestCounter } from "./test-counter.ts";

/** Tests whose results are remembered, since both ends of an edge may offer the same set. */
function rememberingTest(tests: TestCounter): IndependenceTest {
  const known = new Map<string, boolean>();
  return (x, y, given) => {
    const key = `${Math.min(x, y)},${Math.max(x, y)}|${[...given].sort((a, b) => a - b).join()}`;
    const found = known.get(key) ?? tests.isIndependent(x, y, given);
    known.set(key, found);
    return found;
  };
}

function* adjacentPairs(g: MarkedGraph): Generator<readonly [number, number]> {
  for (let i = 0; i < g.size; i++) for (let j = i + 1; j < g.size; j++) if (isAdjacent(g, i, j)) yield [i, j];
}

interface Search {
  readonly g: MarkedGraph;
  readonly test: IndependenceTest;
  readonly limit: number;
}

/** Sets that the end `from` of an edge offers. */
function offered({ g, limit }: Search, from: number, size: number): CandidateSet[] {
  const tree = possibleDSepTree(g, from, { maxDepth: size });
  return connectedSets(reachOfTree(tree, g.size), { size, limit });
}

function testWithOne({ g, test }: Search): boolean {
  let tried = false;
  for (const [i, j] of adjacentPairs(g)) {
    const candidates = new Set([...neighbors(g, i), ...neighbors(g, j)]);
    candidates.delete(i);
    candidates.delete(j);
    if (candidates.size > 0) tried = true;
    for (const z of candidates) {
      if (!test(i, j, [z])) continue;
      removeEdge(g, i, j, [z]);
      break;
    }
  }
  return tried;
}

function testWithSets(search: Search, size: number): boolean {
  const { g, test } = search;
  let tried = false;
  for (const [i, j] of adjacentPairs(g)) {
    const [ofI, ofJ] = [possibleAncestors(g, i), possibleAncestors(g, j)];
    const sets = [...offered(search, i, size), ...offered(search, j, size)]
      .filter(({ members }) => !members.includes(i) && !members.includes(j))
      .filter(({ members }) => members.every((z) => has(ofI, 0, z) || has(ofJ, 0, z)))
      .sort((a, b) => a.distance - b.distance);
    if (sets.length > 0) tried = true;
    const separator = sets.find(({ members }) => test(i, j, members));
    if (separator !== undefined) removeEdge(g, i, j, separator.members);
  }
  return tried;
}

/** Learns a graph over `size` nodes of which no order is known. */
export function plainDiscovery(
  size: number,
  isIndependent: IndependenceTest,
  { limit }: { readonly limit: number },
): Discovery {
  const g = completeGraph(size);
  const tests = testCounter(isIndependent, limit);
  const search: Search = { g, test: rememberingTest(tests), limit };
  for (const [i, j] of adjacentPairs(g)) if (search.test(i, j, [])) removeEdge(g, i, j, []);
  orientFromCircles(g);
  let tried = testWithOne(search);
  orientFromCircles(g);
  orientTails(g, "reference");
  for (let round = 2; tried && round <= size - 2; round++) {
    tried = testWithSets(search, round);
    if (tried) orientFromCircles(g);
  }
  orientTails(g, "reference");
  return { graph: g, testsBySize: tests.bySize() };
}
