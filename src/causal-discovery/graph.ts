/**
 * @file A partial ancestral graph in the making: nodes 0 to size - 1 in ascending order of their tokens, a mark at each end of each edge,
 * and neighbors as bit sets (Zhang, "On the completeness of orientation rules for causal discovery in the presence of latent confounders
 * and selection bias", Artificial Intelligence 172, 2008).
 */
import { add, bitRows, membersOf, remove, type BitRows } from "./bit-set.ts";

/** What stands at an end of an edge. */
export const mark = { none: 0, circle: 1, arrowhead: 2, tail: 3 } as const;

/** A learned graph over tokens. */
export interface CausalGraph {
  /** Positions of the tokens, in causal order. */
  readonly nodes: readonly number[];
  /** [nodes, nodes]: entry (a, b) is the mark AT b of the edge between a and b. */
  readonly marks: Uint8Array;
  /** Entry (a, b), as a * nodes + b: the nodes that separate a and b, as indices; undefined if nothing but the empty set did. */
  readonly separators: readonly (readonly number[] | undefined)[];
  /** Independence tests made, by size of the conditioning set. */
  readonly testsBySize: readonly number[];
  /** Arrowheads and tails that a later rule overwrote, in the last orientation. */
  readonly conflicts: number;
  /** Tests in which a token was determined by the conditioning tokens. */
  readonly degenerate: number;
  /** Largest size of conditioning sets that was gone through, if the search was cut short by the limit on tests. */
  readonly cutAt?: number;
}

export interface MarkedGraph {
  readonly size: number;
  /** [size, size]: entry (a, b) is the mark at b of the edge between a and b. */
  readonly marks: Uint8Array;
  /** Row b: the nodes adjacent to b. */
  readonly adjacent: BitRows;
  /** Row b: the nodes x with this mark at b on the edge x - b. */
  readonly circles: BitRows;
  readonly arrows: BitRows;
  readonly tails: BitRows;
  /** Row b: the nodes x with this mark at x on the edge x - b. */
  readonly farArrows: BitRows;
  readonly farTails: BitRows;
  readonly separators: (readonly number[] | undefined)[];
  conflicts: number;
}

function emptyGraph(size: number): MarkedGraph {
  return {
    size,
    marks: new Uint8Array(size * size),
    adjacent: bitRows(size, size),
    circles: bitRows(size, size),
    arrows: bitRows(size, size),
    tails: bitRows(size, size),
    farArrows: bitRows(size, size),
    farTails: bitRows(size, size),
    separators: new Array<undefined>(size * size).fill(undefined),
    conflicts: 0,
  };
}

/** The graph with an edge for each `isEdge(a, b)`, a < b, and a circle at each end. */
export function graphOfEdges(size: number, isEdge: (a: number, b: number) => boolean): MarkedGraph {
  const g = emptyGraph(size);
  for (let b = 1; b < size; b++) {
    for (let a = 0; a < b; a++) {
      if (!isEdge(a, b)) continue;
      g.marks[a * size + b] = mark.circle;
      g.marks[b * size + a] = mark.circle;
      add(g.adjacent, a, b);
      add(g.adjacent, b, a);
      add(g.circles, a, b);
      add(g.circles, b, a);
    }
  }
  return g;
}

/** The complete graph, a circle at each end. */
export function completeGraph(size: number): MarkedGraph {
  return graphOfEdges(size, () => true);
}

export function isAdjacent({ marks, size }: Pick<MarkedGraph, "marks" | "size">, a: number, b: number): boolean {
  return marks[a * size + b] !== mark.none;
}

/** The mark at b of the edge between a and b. */
export function markAt({ marks, size }: Pick<MarkedGraph, "marks" | "size">, a: number, b: number): number {
  return marks[a * size + b]!;
}

/** Puts a mark at b of the edge between a and b, and says what was there. */
export function writeMark(g: MarkedGraph, a: number, b: number, value: number): number {
  const at = a * g.size + b;
  const before = g.marks[at]!;
  if (before === value) return before;
  g.marks[at] = value;
  if (before === mark.circle) remove(g.circles, b, a);
  else if (before === mark.arrowhead) {
    remove(g.arrows, b, a);
    remove(g.farArrows, a, b);
  } else if (before === mark.tail) {
    remove(g.tails, b, a);
    remove(g.farTails, a, b);
  }
  if (value === mark.circle) add(g.circles, b, a);
  else if (value === mark.arrowhead) {
    add(g.arrows, b, a);
    add(g.farArrows, a, b);
  } else if (value === mark.tail) {
    add(g.tails, b, a);
    add(g.farTails, a, b);
  }
  return before;
}

/** The same by a rule: a mark that was decided otherwise before counts as a conflict. */
export function setMark(g: MarkedGraph, a: number, b: number, value: number): void {
  const before = writeMark(g, a, b, value);
  if (before > mark.circle && before !== value) g.conflicts += 1;
}

/** Removes the edge between a and b, which `separator` makes independent. */
export function removeEdge(g: MarkedGraph, a: number, b: number, separator: readonly number[]): void {
  const { size, adjacent, separators } = g;
  writeMark(g, a, b, mark.none);
  writeMark(g, b, a, mark.none);
  remove(adjacent, a, b);
  remove(adjacent, b, a);
  separators[a * size + b] = separator;
  separators[b * size + a] = separator;
}

/** Number of edges. */
export function edgeCount({ marks }: Pick<MarkedGraph, "marks">): number {
  let ends = 0;
  for (const value of marks) if (value !== mark.none) ends += 1;
  return ends / 2;
}

/** Neighbors of a node, ascending. */
export function neighbors({ adjacent }: Pick<MarkedGraph, "adjacent">, a: number): number[] {
  return membersOf(adjacent, a);
}

/** Whether `node` is among those that separate a and b. A pair that was never separated has the empty set. */
export function separates({ separators, size }: MarkedGraph, node: number, [a, b]: readonly [number, number]): boolean {
  return separators[a * size + b]?.includes(node) ?? false;
}

/** Whether p may be a parent of c: adjacent, no tail at c, no arrowhead at p. */
export function isPossibleParent({ marks, size }: MarkedGraph, p: number, c: number): boolean {
  const at = marks[p * size + c]!;
  return at !== mark.none && at !== mark.tail && marks[c * size + p] !== mark.arrowhead;
}
