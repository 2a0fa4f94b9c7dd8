/** @file Uncovered paths: paths on which no node's two neighbors are adjacent, as R9 and R10 look for. */
import { add, bitRows, clear, has, nextIn } from "./bit-set.ts";
import { isAdjacent, isPossibleParent, neighbors, type MarkedGraph } from "./graph.ts";

/** A path first, second, ..., beforeLast, last. */
interface PathEnds {
  readonly first: number;
  readonly second: number;
  readonly beforeLast: number;
  readonly last: number;
}

/** Nodes that a search for a simple path visits at most; beyond it, that a walk exists is taken for the answer. */
const searchLimit = 200_000;

export interface UncoveredPaths {
  /** Whether an uncovered path with these ends exists; if `second` is `beforeLast`, it always does. */
  exists(ends: PathEnds): boolean;
  /** Whether an uncovered path first, second, ..., last exists. */
  reaches(ends: { readonly first: number; readonly second: number; readonly last: number }): boolean;
}

/** The start and end of a search, and the node after its end to which its last but one must not be adjacent. */
interface Search {
  readonly first: number;
  readonly second: number;
  readonly goal: number;
  readonly after: number | undefined;
}

/** Searches of a graph that does not change meanwhile, along any edge or along those that may be directed. */
export function uncoveredPaths(g: MarkedGraph, steps: "adjacent" | "possibly directed"): UncoveredPaths {
  const { size } = g;
  const mayStep = (from: number, to: number): boolean =>
    steps === "adjacent" ? isAdjacent(g, from, to) : isPossibleParent(g, from, to);
  const seen = bitRows(size, size);

  function isGoal({ goal, after }: Search, previous: number, current: number): boolean {
    if (!mayStep(current, goal) || isAdjacent(g, previous, goal)) return false;
    return after === undefined || !isAdjacent(g, current, after);
  }

  /** A walk that is a path, or none at all, settles the question. */
  function byWalks(search: Search): boolean {
    const { first, second, goal, after } = search;
    for (let row = 0; row < size; row++) clear(seen, row);
    const from = [first];
    const to = [second];
    const cameBy = [-1];
    let isWalk = false;
    for (let at = 0; at < to.length; at++) {
      const previous = from[at]!;
      const current = to[at]!;
      if (isGoal(search, previous, current)) {
        if (isSimple(to, cameBy, at)) return true;
        isWalk = true;
      }
      for (let next = nextIn(g.adjacent, current, 0); next >= 0; next = nextIn(g.adjacent, current, next + 1)) {
        if (next === first || next === second || next === goal || next === after) continue;
        if (has(seen, current, next) || isAdjacent(g, previous, next) || !mayStep(current, next)) continue;
        add(seen, current, next);
        from.push(current);
        to.push(next);
        cameBy.push(at);
      }
    }
    return isWalk && byPaths(search);
  }

  /** Goes through the simple paths one by one. */
  function byPaths(search: Search): boolean {
    const onPath = new Uint8Array(size);
    for (const node of [search.first, search.second, search.goal, search.after])
      if (node !== undefined) onPath[node] = 1;
    let visits = 0;
    function goOn(previous: number, current: number): boolean {
      if (isGoal(search, previous, current)) return true;
      visits += 1;
      if (visits > searchLimit) return true;
      for (const next of neighbors(g, current)) {
        if (onPath[next] === 1 || !mayStep(current, next) || isAdjacent(g, previous, next)) continue;
        onPath[next] = 1;
        const found = goOn(current, next);
        onPath[next] = 0;
        if (found) return true;
      }
      return false;
    }
    return goOn(search.first, search.second);
  }

  return {
    exists: ({ first, second, beforeLast, last }) =>
      second === beforeLast || byWalks({ first, second, goal: beforeLast, after: last }),
    reaches: ({ first, second, last }) => second === last || byWalks({ first, second, goal: last, after: undefined }),
  };
}

/** Whether the walk that ends with state `at` goes through no node twice. */
function isSimple(nodes: readonly number[], cameBy: readonly number[], at: number): boolean {
  const seen = new Set<number>();
  for (let state = at; state >= 0; state = cameBy[state]!) {
    if (seen.has(nodes[state]!)) return false;
    seen.add(nodes[state]!);
  }
  return true;
}
