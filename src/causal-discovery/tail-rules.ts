/** @file R8, R9 and R10 of Zhang (Artificial Intelligence 172, 2008), which find tails once the arrowheads are settled. */
import { membersOf, nextIn } from "./bit-set.ts";
import { isAdjacent, isPossibleParent, mark, markAt, setMark, type MarkedGraph } from "./graph.ts";
import { uncoveredPaths } from "./uncovered-paths.ts";

/** R8: a -> b -> c or a -o b -> c, and a o-> c: a -> c. */
export function rule8(g: MarkedGraph): boolean {
  const { size, farTails } = g;
  const { words, bits: tails } = g.tails;
  const { bits: arrows } = g.farArrows;
  const { bits: circles } = g.circles;
  let changed = false;
  for (let b = 0; b < size; b++) {
    for (let a = nextIn(farTails, b, 0); a >= 0; a = nextIn(farTails, b, a + 1)) {
      if (markAt(g, a, b) === mark.tail) continue;
      for (let word = 0; word < words; word++) {
        // Children of b to which a o-> leads.
        let open = tails[b * words + word]! & arrows[b * words + word]!;
        open &= arrows[a * words + word]! & circles[a * words + word]!;
        while (open !== 0) {
          const lowest = open & -open;
          setMark(g, (word << 5) + 31 - Math.clz32(lowest), a, mark.tail);
          changed = true;
          open ^= lowest;
        }
      }
    }
  }
  return changed;
}

/** R9: a o-> c and an uncovered, possibly directed path a, b, ..., d, c with b and c not adjacent: a -> c. One edge a pass. */
export function rule9(g: MarkedGraph): boolean {
  const { size, circles, adjacent } = g;
  const paths = uncoveredPaths(g, "possibly directed");
  for (let a = 0; a < size; a++) {
    for (const c of membersOf(circles, a)) {
      if (markAt(g, a, c) !== mark.arrowhead) continue;
      for (let b = nextIn(adjacent, a, 0); b >= 0; b = nextIn(adjacent, a, b + 1)) {
        if (b === c || isAdjacent(g, b, c) || !isPossibleParent(g, a, b)) continue;
        for (let d = nextIn(adjacent, c, 0); d >= 0; d = nextIn(adjacent, c, d + 1)) {
          if (d === a || d === b || !isPossibleParent(g, d, c)) continue;
          if (!paths.exists({ first: a, second: b, beforeLast: d, last: c })) continue;
          setMark(g, c, a, mark.tail);
          return true;
        }
      }
    }
  }
  return false;
}

/**
 * R10 as published: a o-> c, b -> c <- d, and paths a, e, ..., b, c and a, f, ..., d, c, uncovered up to c, with e and f not adjacent:
 * a -> c. One edge a pass.
 */
export function rule10Reference(g: MarkedGraph): boolean {
  const paths = uncoveredPaths(g, "adjacent");
  return tenthRule(g, (a, e, [b, c]) => paths.exists({ first: a, second: e, beforeLast: b, last: c }));
}

/** R10 of Zhang: the two paths are uncovered and possibly directed, from a to b and from a to d. */
export function rule10Exact(g: MarkedGraph): boolean {
  const paths = uncoveredPaths(g, "possibly directed");
  return tenthRule(g, (a, e, [b]) => paths.reaches({ first: a, second: e, last: b }));
}

/** Whether a path leads from a by e to b, a parent of c. */
type Reaches = (a: number, e: number, end: readonly [b: number, c: number]) => boolean;

function tenthRule(g: MarkedGraph, reaches: Reaches): boolean {
  const { size, arrows } = g;
  for (let c = 0; c < size; c++) {
    const into = membersOf(arrows, c);
    const ends = into.filter((b) => markAt(g, c, b) === mark.tail);
    if (ends.length < 2) continue;
    for (const a of into) {
      if (markAt(g, c, a) !== mark.circle) continue;
      const starts = membersOf(g.adjacent, a).filter((e) => e !== c && isPossibleParent(g, a, e));
      if (starts.length < 2) continue;
      if (!hasTwoPaths(g, { starts, ends, reaches: (e, b) => reaches(a, e, [b, c]) })) continue;
      setMark(g, c, a, mark.tail);
      return true;
    }
  }
  return false;
}

/** Whether two of the ends are reached by starts that are not adjacent, each its own. */
function hasTwoPaths(
  g: MarkedGraph,
  {
    starts,
    ends,
    reaches,
  }: { starts: readonly number[]; ends: readonly number[]; reaches: (start: number, end: number) => boolean },
): boolean {
  const known = new Map<number, boolean>();
  const reached = (start: number, end: number): boolean => {
    const key = start * g.size + end;
    const found = known.get(key) ?? reaches(start, end);
    known.set(key, found);
    return found;
  };
  return starts.some((e) =>
    starts.some(
      (f) =>
        e !== f &&
        !isAdjacent(g, e, f) &&
        ends.some((b, i) => ends.slice(i + 1).some((d) => reached(e, b) && reached(f, d))),
    ),
  );
}
