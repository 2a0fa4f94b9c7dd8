/** @file R1, R2 and R3 of Zhang (Artificial Intelligence 172, 2008), which spread arrowheads to neighboring edges. */
import { bitRows, copyCommon, copyRow, hasOutside, isEmpty, nextIn, remove } from "./bit-set.ts";
import { mark, markAt, setMark, type MarkedGraph } from "./graph.ts";

/** b -> c. */
export function makeParent(g: MarkedGraph, b: number, c: number): void {
  setMark(g, c, b, mark.tail);
  setMark(g, b, c, mark.arrowhead);
}

/** R1: a *-> b o-* c, a and c not adjacent: b -> c. */
export function rule1(g: MarkedGraph): boolean {
  const { size, adjacent, arrows, circles } = g;
  let changed = false;
  for (let b = 0; b < size; b++) {
    if (isEmpty(arrows, b)) continue;
    for (let c = nextIn(circles, b, 0); c >= 0; c = nextIn(circles, b, c + 1)) {
      if (!hasOutside(arrows, b, [adjacent, c])) continue;
      makeParent(g, b, c);
      changed = true;
    }
  }
  return changed;
}

/** R2: a -> b *-> c or a *-> b -> c, and a *-o c: a *-> c. */
export function rule2(g: MarkedGraph): boolean {
  const { size, arrows, tails, circles } = g;
  let changed = false;
  for (let b = 0; b < size; b++) {
    if (isEmpty(arrows, b)) continue;
    for (let c = nextIn(tails, b, 0); c >= 0; c = nextIn(tails, b, c + 1)) {
      if (markAt(g, b, c) === mark.arrowhead && passOn(g, [b, c], "all")) changed = true;
    }
  }
  const before = bitRows(1, size);
  for (let c = 0; c < size; c++) {
    if (isEmpty(circles, c)) continue;
    copyRow(arrows, c, before);
    for (let b = nextIn(before, 0, 0); b >= 0; b = nextIn(before, 0, b + 1)) {
      if (passOn(g, [b, c], "parents")) changed = true;
    }
  }
  return changed;
}

/** Puts arrowheads at c on the edges a *-o c of all a *-> b, or of the parents of b. */
function passOn(g: MarkedGraph, [b, c]: readonly [number, number], from: "all" | "parents"): boolean {
  const { words, bits: arrows } = g.arrows;
  const { bits: circles } = g.circles;
  const { bits: parentTails } = g.farTails;
  let changed = false;
  for (let word = 0; word < words; word++) {
    let sources = arrows[b * words + word]! & circles[c * words + word]!;
    if (from === "parents") sources &= parentTails[b * words + word]!;
    while (sources !== 0) {
      const lowest = sources & -sources;
      setMark(g, (word << 5) + 31 - Math.clz32(lowest), c, mark.arrowhead);
      changed = true;
      sources ^= lowest;
    }
  }
  return changed;
}

/** R3: a *-> b <-* c, a *-o d o-* c, a and c not adjacent, d *-o b: d *-> b. */
export function rule3(g: MarkedGraph): boolean {
  const { size, adjacent, arrows, circles } = g;
  const both = bitRows(1, size);
  let changed = false;
  for (let b = 0; b < size; b++) {
    if (isEmpty(arrows, b)) continue;
    for (let d = nextIn(circles, b, 0); d >= 0; d = nextIn(circles, b, d + 1)) {
      copyCommon([arrows, b], [circles, d], both);
      let found = false;
      for (let a = nextIn(both, 0, 0); a >= 0 && !found; a = nextIn(both, 0, a + 1)) {
        // The node itself is not among its neighbors.
        remove(both, 0, a);
        found = hasOutside(both, 0, [adjacent, a]);
      }
      if (!found) continue;
      setMark(g, d, b, mark.arrowhead);
      changed = true;
    }
  }
  return changed;
}
