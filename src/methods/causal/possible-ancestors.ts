/** @file Possible ancestors of a node: nodes from which a path of possibly directed edges leads to it. */
import { isPossibleParent, neighbors } from "./graph.ts";
import type { MarkedGraph } from "./graph.ts";

/**
 * Marks, [size], the nodes from which a path leads to `node` each of whose steps may go from parent to child, and whose nodes but the
 * first lie in the pool.
 */
export function possibleAncestors(g: MarkedGraph, node: number, pool?: (node: number) => boolean): Uint8Array {
  const found = new Uint8Array(g.size);
  const expanded = new Uint8Array(g.size);
  const waiting = [node];
  expanded[node] = 1;
  for (let at = 0; at < waiting.length; at++) {
    const child = waiting[at]!;
    for (const p of neighbors(g, child)) {
      if (!isPossibleParent(g, p, child)) continue;
      found[p] = 1;
      if (expanded[p] === 1 || (pool !== undefined && !pool(p))) continue;
      expanded[p] = 1;
      waiting.push(p);
    }
  }
  return found;
}
