/** @file R4 of Zhang (Artificial Intelligence 172, 2008), which looks for discriminating paths. */
import { makeParent } from "./arrow-rules.ts";
import {
  add,
  addAll,
  bitRows,
  clear,
  copyCommon,
  copyRow,
  firstOutside,
  isEmpty,
  keepCommon,
  keepOutside,
  nextIn,
  remove,
  type BitRows,
} from "./bit-set.ts";
import { mark, markAt, separates, setMark, type MarkedGraph } from "./graph.ts";

/** R4: on a path d ... a, b, c that discriminates b, b -> c if b separates d and c, and a <-> b <-> c else. */
export function rule4(g: MarkedGraph): boolean {
  const { size, circles, arrows, farArrows, farTails } = g;
  const ofB = bitRows(1, size);
  const sources = bitRows(1, size);
  const parents = bitRows(1, size);
  let changed = false;
  for (let b = 0; b < size; b++) {
    if (isEmpty(circles, b)) continue;
    copyRow(circles, b, ofB);
    for (let c = nextIn(ofB, 0, 0); c >= 0; c = nextIn(ofB, 0, c + 1)) {
      copyCommon([arrows, c], [farTails, c], parents);
      copyCommon([parents, 0], [farArrows, b], sources);
      for (let a = nextIn(sources, 0, 0); a >= 0; a = nextIn(sources, 0, a + 1)) {
        if (a !== b && orientByPath(g, [a, b, c], parents)) changed = true;
      }
    }
  }
  return changed;
}

function orientByPath(g: MarkedGraph, [a, b, c]: readonly [number, number, number], parents: BitRows): boolean {
  const d = discriminatingSource(g, [a, b, c], parents);
  if (d === undefined) return false;
  const ends = [
    [c, b],
    [b, c],
    [a, b],
    [b, a],
  ] as const;
  const before = ends.map(([from, at]) => markAt(g, from, at));
  if (separates(g, b, [d, c])) makeParent(g, b, c);
  else for (const [from, at] of ends) setMark(g, from, at, mark.arrowhead);
  return ends.some(([from, at], i) => markAt(g, from, at) !== before[i]);
}

/**
 * The first node of a path that discriminates b for c and begins with a before b: every node between is a collider and among the parents of
 * c, and the first is not adjacent to c.
 */
function discriminatingSource(
  g: MarkedGraph,
  [a, b, c]: readonly [number, number, number],
  parents: BitRows,
): number | undefined {
  const { size, arrows, farArrows, adjacent } = g;
  const [open, layer, next, sources] = [bitRows(1, size), bitRows(1, size), bitRows(1, size), bitRows(1, size)];
  copyRow(parents, 0, open);
  for (const node of [a, b, c]) remove(open, 0, node);
  add(layer, 0, a);
  while (!isEmpty(layer, 0)) {
    clear(next, 0);
    for (let current = nextIn(layer, 0, 0); current >= 0; current = nextIn(layer, 0, current + 1)) {
      copyRow(arrows, current, sources);
      for (const node of [a, b, c]) remove(sources, 0, node);
      const first = firstOutside(sources, [adjacent, c]);
      if (first >= 0) return first;
      keepCommon(sources, [open, 0]);
      keepCommon(sources, [farArrows, current]);
      keepOutside(open, [sources, 0]);
      addAll(next, [sources, 0]);
    }
    copyRow(next, 0, layer);
  }
  return undefined;
}
