/** @file Uncovered paths: paths on which no node's two neighbors are adjacent, as R9 and R10 look for. */
import { isAdjacent, neighbors } from "./graph.ts";
import type { MarkedGraph } from "./graph.ts";

/** Whether a path may go from one node to the next. */
export type StepTest = (g: MarkedGraph, from: number, to: number) => boolean;

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
  /** Whether an uncovered path with these ends exists; where `second` is `beforeLast` it does, whatever else holds. */
  exists(ends: PathEnds): boolean;
  /** Whether an uncovered path first, second, ..., last exists. */
  reaches(ends: { readonly first: number; readonly second: number; readonly last: number }): boolean;
}

/** Searches of a graph that does not change meanwhile. */
export function uncoveredPaths(g: MarkedGraph, mayStep: StepTest): UncoveredPaths {
  const open = (a: number, b: number): boolean => !isAdjacent(g, a, b);

  function exists({ first, second, beforeLast, last }: PathEnds): boolean {
    if (second === beforeLast) return true;
    const onPath = new Uint8Array(g.size);
    for (const node of [first, second, beforeLast, last]) onPath[node] = 1;
    let visits = 0;
    function search(previous: number, current: number): boolean {
      if (mayStep(g, current, beforeLast) && open(current, last) && open(previous, beforeLast)) return true;
      visits += 1;
      if (visits > searchLimit) return true;
      for (const next of neighbors(g, current)) {
        if (onPath[next] === 1 || !mayStep(g, current, next) || !open(previous, next)) continue;
        onPath[next] = 1;
        const found = search(current, next);
        onPath[next] = 0;
        if (found) return true;
      }
      return false;
    }
    return search(first, second);
  }

  function reaches({ first, second, last }: { first: number; second: number; last: number }): boolean {
    if (second === last) return true;
    const onPath = new Uint8Array(g.size);
    for (const node of [first, second]) onPath[node] = 1;
    let visits = 0;
    function search(previous: number, current: number): boolean {
      visits += 1;
      if (visits > searchLimit) return true;
      for (const next of neighbors(g, current)) {
        if (onPath[next] === 1 || !mayStep(g, current, next) || !open(previous, next)) continue;
        if (next === last) return true;
        onPath[next] = 1;
        const found = search(current, next);
        onPath[next] = 0;
        if (found) return true;
      }
      return false;
    }
    return search(first, second);
  }
  return { exists, reaches };
}
