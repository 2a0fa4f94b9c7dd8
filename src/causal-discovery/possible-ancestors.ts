/** @file Possible ancestors of a node: nodes from which a path of possibly directed edges leads to it. */
import { add, bitRows, nextIn, type BitRows } from "./bit-set.ts";
import type { MarkedGraph } from "./graph.ts";

/**
 * The nodes, as one row, from which a path leads to `node` each of whose steps may go from parent to child, and whose nodes but the first
 * lie in the pool; in any pool if it is left out.
 */
export function possibleAncestors(g: MarkedGraph, node: number, pool?: readonly [BitRows, number]): BitRows {
  const { size, adjacent } = g;
  const { words } = adjacent;
  const tails = g.tails.bits;
  const arrows = g.farArrows.bits;
  const found = bitRows(1, size);
  // Nodes to go on from: `open` those that wait, `closed` those that were there.
  const open = bitRows(1, size);
  const closed = bitRows(1, size);
  add(open, 0, node);
  for (let child = node; child >= 0; child = nextIn(open, 0, 0)) {
    add(closed, 0, child);
    for (let word = 0; word < words; word++) {
      const at = child * words + word;
      const parents = adjacent.bits[at]! & ~tails[at]! & ~arrows[at]!;
      found.bits[word]! |= parents;
      const inPool = pool === undefined ? parents : parents & pool[0].bits[pool[1] * words + word]!;
      open.bits[word] = (open.bits[word]! | inPool) & ~closed.bits[word]!;
    }
  }
  return found;
}
