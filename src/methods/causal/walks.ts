/**
 * @file Walks on which every inner node may be a collider: what hangs together in the exact variant, where no tree decides by its order
 * which edges are used.
 */
import { add, bitRows, clear, copyRow, has, keepCommon, keepOutside, nextIn, remove } from "./bit-set.ts";
import type { BitRows } from "./bit-set.ts";
import { unreachable } from "./connected-sets.ts";
import type { Growth } from "./connected-sets.ts";
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

/** Growth of sets of candidates by walks from the root through their members alone. */
export function growthByWalks(
  g: MarkedGraph,
  root: number,
  { distance, candidates }: { readonly distance: Int32Array; readonly candidates: BitRows },
): Growth {
  const { size, adjacent } = g;
  /** Row w: the members that were gone to from w. */
  const seen = bitRows(size, size);
  const next = bitRows(1, size);
  const from: number[] = [];
  const to: number[] = [];
  function goTo(w: number, members: BitRows, into: BitRows): void {
    keepCommon(next, [candidates, 0]);
    for (let v = nextIn(next, 0, 0); v >= 0; v = nextIn(next, 0, v + 1)) {
      if (!has(members, 0, v)) add(into, 0, v);
      else if (!has(seen, w, v)) {
        add(seen, w, v);
        from.push(w);
        to.push(v);
      }
    }
  }
  return {
    distance,
    reach(members, into) {
      clear(into, 0);
      from.length = 0;
      to.length = 0;
      clear(seen, root);
      for (let w = nextIn(members, 0, 0); w >= 0; w = nextIn(members, 0, w + 1)) clear(seen, w);
      copyRow(adjacent, root, next);
      goTo(root, members, into);
      for (let state = 0; state < to.length; state++) {
        copyRow(adjacent, to[state]!, next);
        keepPossibleSteps(g, [from[state]!, to[state]!], next);
        goTo(to[state]!, members, into);
      }
    },
  };
}
