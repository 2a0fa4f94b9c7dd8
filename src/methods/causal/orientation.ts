/**
 * @file Orientation of the edges of a partial ancestral graph: R0 to R4 and R8 to R10 of Zhang (Artificial Intelligence 172, 2008); R5 to R7
 * are for selection bias, which is taken not to be there. Loops go over nodes in ascending order; a rule fires where there is a circle, and
 * writes over what is there.
 */
import { isAdjacent, isPossibleParent, mark, markAt, neighbors, separates, setMark } from "./graph.ts";
import type { MarkedGraph } from "./graph.ts";
import { uncoveredPaths } from "./uncovered-paths.ts";

/** A pass of one rule over the graph; true where it changed something. */
type Rule = (g: MarkedGraph) => boolean;

/** Neighbors x of b with this mark at b on the edge x - b. */
function into(g: MarkedGraph, b: number, value: number): number[] {
  return neighbors(g, b).filter((x) => markAt(g, x, b) === value);
}

/** Nodes c with b -> c: a tail at b, an arrowhead at c. */
function children(g: MarkedGraph, b: number): number[] {
  return neighbors(g, b).filter((c) => markAt(g, b, c) === mark.arrowhead && markAt(g, c, b) === mark.tail);
}

function isParent(g: MarkedGraph, p: number, c: number): boolean {
  return markAt(g, p, c) === mark.arrowhead && markAt(g, c, p) === mark.tail;
}

/** b -> c. */
function makeParent(g: MarkedGraph, b: number, c: number): void {
  setMark(g, c, b, mark.tail);
  setMark(g, b, c, mark.arrowhead);
}

/** R0: x *-> z <-* y where x and y are separated by a set without z. It reads the skeleton and the separators alone. */
export function orientColliders(g: MarkedGraph): void {
  for (let z = 0; z < g.size; z++) {
    const around = neighbors(g, z);
    for (let i = 0; i < around.length; i++) {
      const x = around[i]!;
      for (let j = i + 1; j < around.length; j++) {
        const y = around[j]!;
        if (isAdjacent(g, x, y) || separates(g, z, [x, y])) continue;
        setMark(g, x, z, mark.arrowhead);
        setMark(g, y, z, mark.arrowhead);
      }
    }
  }
}

/** R1: a *-> b o-* c, a and c not adjacent: b -> c. */
const rule1: Rule = (g) => {
  let changed = false;
  for (let b = 0; b < g.size; b++) {
    const sources = into(g, b, mark.arrowhead);
    if (sources.length === 0) continue;
    const open = into(g, b, mark.circle);
    for (const a of sources) {
      for (const c of open) {
        if (isAdjacent(g, a, c)) continue;
        if (isParent(g, b, c)) continue;
        makeParent(g, b, c);
        changed = true;
      }
    }
  }
  return changed;
};

/** R2: a -> b *-> c or a *-> b -> c, and a *-o c: a *-> c. */
const rule2: Rule = (g) => {
  let changed = false;
  const orient = (a: number, c: number): void => {
    if (markAt(g, a, c) !== mark.circle) return;
    setMark(g, a, c, mark.arrowhead);
    changed = true;
  };
  for (let b = 0; b < g.size; b++) {
    const after = children(g, b);
    if (after.length === 0) continue;
    const before = into(g, b, mark.arrowhead);
    for (const c of after) for (const a of before) if (a !== c) orient(a, c);
  }
  for (let c = 0; c < g.size; c++) {
    for (const b of into(g, c, mark.arrowhead)) {
      for (const a of neighbors(g, b)) if (a !== c && isParent(g, a, b)) orient(a, c);
    }
  }
  return changed;
};

/** R3: a *-> b <-* c, a *-o d o-* c, a and c not adjacent, d *-o b: d *-> b. */
const rule3: Rule = (g) => {
  let changed = false;
  for (let b = 0; b < g.size; b++) {
    const open = into(g, b, mark.circle);
    if (open.length === 0) continue;
    const sources = into(g, b, mark.arrowhead);
    if (sources.length < 2) continue;
    for (const d of open) {
      const both = into(g, b, mark.arrowhead).filter((x) => x !== d && markAt(g, x, d) === mark.circle);
      if (markAt(g, d, b) !== mark.circle) continue;
      if (hasOpenPair(g, both)) {
        setMark(g, d, b, mark.arrowhead);
        changed = true;
      }
    }
  }
  return changed;
};

function hasOpenPair(g: MarkedGraph, nodes: readonly number[]): boolean {
  return nodes.some((a, i) => nodes.slice(i + 1).some((c) => !isAdjacent(g, a, c)));
}

/**
 * The first node of a path that discriminates b for c and begins with a before b: every node between is a collider and a parent of c, and
 * the first is not adjacent to c.
 */
function discriminatingSource(g: MarkedGraph, a: number, [b, c]: readonly [number, number]): number | undefined {
  const visited = new Uint8Array(g.size);
  for (const node of [a, b, c]) visited[node] = 1;
  let layer = [a];
  while (layer.length > 0) {
    const next: number[] = [];
    for (const current of layer.sort((one, other) => one - other)) {
      for (const d of into(g, current, mark.arrowhead)) {
        if (d === a || d === b || d === c) continue;
        if (!isAdjacent(g, d, c)) return d;
        if (visited[d] === 1 || !isParent(g, d, c) || markAt(g, current, d) !== mark.arrowhead) continue;
        visited[d] = 1;
        next.push(d);
      }
    }
    layer = next;
  }
  return undefined;
}

/** R4: on a path d ... a, b, c that discriminates b, b -> c where b separates d and c, and a <-> b <-> c else. */
const rule4: Rule = (g) => {
  let changed = false;
  for (let b = 0; b < g.size; b++) {
    for (const c of into(g, b, mark.circle)) {
      // The mark is at b on the edge c - b; candidates stay as they were when c was taken.
      const parents = neighbors(g, c).filter((a) => a !== b && isParent(g, a, c));
      for (const a of parents) {
        if (!isAdjacent(g, a, b) || markAt(g, b, a) !== mark.arrowhead) continue;
        const d = discriminatingSource(g, a, [b, c]);
        if (d === undefined) continue;
        const before = [markAt(g, c, b), markAt(g, b, c), markAt(g, a, b), markAt(g, b, a)].join();
        if (separates(g, b, [d, c])) {
          makeParent(g, b, c);
        } else {
          setMark(g, b, a, mark.arrowhead);
          setMark(g, a, b, mark.arrowhead);
          setMark(g, c, b, mark.arrowhead);
          setMark(g, b, c, mark.arrowhead);
        }
        if (before !== [markAt(g, c, b), markAt(g, b, c), markAt(g, a, b), markAt(g, b, a)].join()) changed = true;
      }
    }
  }
  return changed;
};

/** R8: a -> b -> c or a -o b -> c, and a o-> c: a -> c. */
const rule8: Rule = (g) => {
  let changed = false;
  for (let b = 0; b < g.size; b++) {
    const after = children(g, b);
    if (after.length === 0) continue;
    const before = neighbors(g, b).filter(
      (a) => markAt(g, b, a) === mark.tail && (markAt(g, a, b) === mark.arrowhead || markAt(g, a, b) === mark.circle),
    );
    for (const a of before) {
      for (const c of after) {
        if (a === c || markAt(g, a, c) !== mark.arrowhead || markAt(g, c, a) !== mark.circle) continue;
        setMark(g, c, a, mark.tail);
        changed = true;
      }
    }
  }
  return changed;
};

/** Nodes a with a o-> c. */
function halfOpenSources(g: MarkedGraph, c: number): number[] {
  return into(g, c, mark.arrowhead).filter((a) => markAt(g, c, a) === mark.circle);
}

/** R9: a o-> c and an uncovered, possibly directed path a, b, ..., d, c with b and c not adjacent: a -> c. One edge a pass. */
const rule9: Rule = (g) => {
  const paths = uncoveredPaths(g, isPossibleParent);
  for (let a = 0; a < g.size; a++) {
    for (const c of neighbors(g, a)) {
      if (markAt(g, a, c) !== mark.arrowhead || markAt(g, c, a) !== mark.circle) continue;
      for (const b of neighbors(g, a)) {
        if (b === c || !isPossibleParent(g, a, b) || isAdjacent(g, b, c)) continue;
        for (const d of neighbors(g, c)) {
          if (d === a || d === b || !isPossibleParent(g, d, c)) continue;
          if (!paths.exists({ first: a, second: b, beforeLast: d, last: c })) continue;
          setMark(g, c, a, mark.tail);
          return true;
        }
      }
    }
  }
  return false;
};

/**
 * R10 as published: a o-> c, b -> c <- d, and paths a, e, ..., b, c and a, f, ..., d, c, uncovered up to c, with e and f not adjacent:
 * a -> c. One edge a pass.
 */
const rule10Reference: Rule = (g) => {
  for (let c = 0; c < g.size; c++) {
    const ends = into(g, c, mark.arrowhead).filter((b) => markAt(g, c, b) === mark.tail);
    if (ends.length < 2) continue;
    for (const a of halfOpenSources(g, c)) {
      const starts = neighbors(g, a).filter((e) => e !== c && isPossibleParent(g, a, e));
      if (starts.length < 2) continue;
      const paths = uncoveredPaths(g, isAdjacent);
      const reaches = (e: number, b: number): boolean => paths.exists({ first: a, second: e, beforeLast: b, last: c });
      if (hasTwoPaths(g, { starts, ends, reaches })) {
        setMark(g, c, a, mark.tail);
        return true;
      }
    }
  }
  return false;
};

/** R10 of Zhang: the two paths are uncovered and possibly directed, from a to b and from a to d. */
const rule10Exact: Rule = (g) => {
  for (let c = 0; c < g.size; c++) {
    const ends = into(g, c, mark.arrowhead).filter((b) => markAt(g, c, b) === mark.tail);
    if (ends.length < 2) continue;
    for (const a of halfOpenSources(g, c)) {
      const starts = neighbors(g, a).filter((e) => e !== c && isPossibleParent(g, a, e));
      if (starts.length < 2) continue;
      const paths = uncoveredPaths(g, isPossibleParent);
      const reaches = (e: number, b: number): boolean => e === b || paths.reaches({ first: a, second: e, last: b });
      if (hasTwoPaths(g, { starts, ends, reaches })) {
        setMark(g, c, a, mark.tail);
        return true;
      }
    }
  }
  return false;
};

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

/** Runs the rules one after the other until a whole round changes nothing. */
function toFixpoint(g: MarkedGraph, rules: readonly Rule[]): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const rule of rules) if (rule(g)) changed = true;
  }
}

export const arrowRules: readonly Rule[] = [rule1, rule2, rule3, rule4];
const tailRules = {
  reference: [rule8, rule9, rule10Reference],
  exact: [rule8, rule9, rule10Exact],
} as const;

/** Circles at every end, then R0 and R1 to R4: no order is known. */
export function orientFromCircles(g: MarkedGraph): void {
  g.conflicts = 0;
  for (let i = 0; i < g.marks.length; i++) if (g.marks[i] !== mark.none) g.marks[i] = mark.circle;
  orientColliders(g);
  toFixpoint(g, arrowRules);
}

/** An arrowhead at the later token of each edge and a circle at the earlier one, then R0 and R1 to R4. `rank` is the place in causal order. */
export function orientByOrder(g: MarkedGraph, rank: ArrayLike<number>): void {
  const { size, marks } = g;
  g.conflicts = 0;
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      if (marks[a * size + b] === mark.none) continue;
      marks[a * size + b] = rank[b]! > rank[a]! ? mark.arrowhead : mark.circle;
    }
  }
  orientColliders(g);
  toFixpoint(g, arrowRules);
}

/** R8 to R10, once everything else is settled. */
export function orientTails(g: MarkedGraph, variant: "reference" | "exact"): void {
  toFixpoint(g, tailRules[variant]);
}
