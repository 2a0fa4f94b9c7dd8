/**
 * @file Walks on which every inner node may be a collider: what hangs together in the exact variant, if no tree decides by its order
 * which edges are used.
 */
import {
  add,
  bitRows,
  clear,
  copyRow,
  isEmpty,
  keepCommon,
  keepOutside,
  nextIn,
  remove,
  type BitRows,
} from "./bit-set.ts";
import { unreachable, type Reach } from "./connected-sets.ts";
import type { MarkedGraph } from "./graph.ts";
import { keepPossibleSteps } from "./possible-d-sep.ts";

/**
 * Fewest steps of a walk from `root` to each node, [size], up to `steps`. A walk goes on from w, reached from u, to a neighbor v other than
 * u for which w may be a collider; all its nodes but the root lie in the pool.
 */
export function walkDistances(
  g: MarkedGraph,
  root: number,
  { pool, steps }: { readonly pool: readonly [BitRows, number]; readonly steps: number },
): Int32Array {
  const { size, adjacent } = g;
  const distance = new Int32Array(size).fill(unreachable);
  /** Row w: the nodes that were gone to from w. */
  const seen = bitRows(size, size);
  const next = bitRows(1, size);
  const from: number[] = [];
  const to: number[] = [];
  function goTo(w: number, at: number): void {
    keepCommon(next, pool);
    keepOutside(next, [seen, w]);
    remove(next, 0, root);
    for (let v = nextIn(next, 0, 0); v >= 0; v = nextIn(next, 0, v + 1)) {
      add(seen, w, v);
      from.push(w);
      to.push(v);
      if (at < distance[v]!) distance[v] = at;
    }
  }
  copyRow(adjacent, root, next);
  goTo(root, 1);
  let first = 0;
  for (let at = 2; at <= steps; at++) {
    const end = to.length;
    for (let state = first; state < end; state++) {
      copyRow(adjacent, to[state]!, next);
      keepPossibleSteps(g, [from[state]!, to[state]!], next);
      goTo(to[state]!, at);
    }
    first = end;
  }
  return distance;
}

/** How nodes are reached by walks from the root, given their distances by `walkDistances`. */
export function reachOfWalks(g: MarkedGraph, root: number, distance: Int32Array): Reach {
  const { size, adjacent } = g;
  const isMember = bitRows(1, size);
  const missing = bitRows(1, size);
  const next = bitRows(1, size);
  /** Row w: the members that were gone to from w. */
  const seen = bitRows(size, size);
  const from: number[] = [];
  const to: number[] = [];
  function goTo(w: number): void {
    keepCommon(next, [isMember, 0]);
    keepOutside(next, [seen, w]);
    for (let v = nextIn(next, 0, 0); v >= 0; v = nextIn(next, 0, v + 1)) {
      add(seen, w, v);
      remove(missing, 0, v);
      from.push(w);
      to.push(v);
    }
  }
  return {
    distance,
    hangsTogether(members) {
      clear(isMember, 0);
      clear(seen, root);
      for (const member of members) {
        add(isMember, 0, member);
        clear(seen, member);
      }
      copyRow(isMember, 0, missing);
      from.length = 0;
      to.length = 0;
      copyRow(adjacent, root, next);
      goTo(root);
      for (let state = 0; state < to.length && !isEmpty(missing, 0); state++) {
        copyRow(adjacent, to[state]!, next);
        keepPossibleSteps(g, [from[state]!, to[state]!], next);
        goTo(to[state]!);
      }
      return isEmpty(missing, 0);
    },
  };
}
