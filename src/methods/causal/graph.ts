/**
 * @file A partial ancestral graph in the making: nodes 0 to size - 1 in ascending order of their tokens, a mark at each end of each edge,
 * and neighbors as bit sets (Zhang, "On the completeness of orientation rules for causal discovery in the presence of latent confounders
 * and selection bias", Artificial Intelligence 172, 2008).
 */

/** What stands at an end of an edge. */
export const mark = { none: 0, circle: 1, arrowhead: 2, tail: 3 } as const;

/** A learned graph over tokens. */
export interface CausalGraph {
  /** Positions of the tokens, in causal order. */
  readonly nodes: readonly number[];
  /** [nodes, nodes]: entry (a, b) is the mark AT b of the edge between a and b. */
  readonly marks: Uint8Array;
  /** Entry (a, b), as a * nodes + b: the nodes that separate a and b, as indices; undefined where nothing but the empty set did. */
  readonly separators: readonly (readonly number[] | undefined)[];
  /** Independence tests made, by size of the conditioning set. */
  readonly testsBySize: readonly number[];
  /** Arrowheads and tails that a later rule overwrote, in the last orientation. */
  readonly conflicts: number;
  /** Tests in which a token was determined by the conditioning tokens. */
  readonly degenerate: number;
  /** Largest size of conditioning sets that was gone through, where the search was cut short by the limit on tests. */
  readonly cutAt?: number;
}

export interface MarkedGraph {
  readonly size: number;
  /** Words of 32 bits in a row of a bit set. */
  readonly words: number;
  readonly marks: Uint8Array;
  /** [size, words]: bit b of row a is set where a and b are adjacent. */
  readonly adjacent: Uint32Array;
  readonly separators: (readonly number[] | undefined)[];
  conflicts: number;
}

/** The complete graph, a circle at each end. */
export function completeGraph(size: number): MarkedGraph {
  const words = Math.max(1, Math.ceil(size / 32));
  const g: MarkedGraph = {
    size,
    words,
    marks: new Uint8Array(size * size).fill(mark.circle),
    adjacent: new Uint32Array(size * words),
    separators: Array.from({ length: size * size }),
    conflicts: 0,
  };
  for (let a = 0; a < size; a++) {
    g.marks[a * size + a] = mark.none;
    for (let b = 0; b < size; b++) if (a !== b) g.adjacent[a * words + (b >>> 5)]! |= 1 << (b & 31);
  }
  return g;
}

export function copyGraph(g: MarkedGraph): MarkedGraph {
  return { ...g, marks: g.marks.slice(), adjacent: g.adjacent.slice(), separators: g.separators.slice() };
}

export function isAdjacent({ marks, size }: MarkedGraph, a: number, b: number): boolean {
  return marks[a * size + b] !== mark.none;
}

/** The mark at b of the edge between a and b. */
export function markAt({ marks, size }: MarkedGraph, a: number, b: number): number {
  return marks[a * size + b]!;
}

/** Puts a mark at b of the edge between a and b. One that was decided otherwise before counts as a conflict. */
export function setMark(g: MarkedGraph, a: number, b: number, value: number): void {
  const before = g.marks[a * g.size + b]!;
  if (before > mark.circle && before !== value) g.conflicts += 1;
  g.marks[a * g.size + b] = value;
}

/** Removes the edge between a and b, which `separator` makes independent. */
export function removeEdge(g: MarkedGraph, [a, b]: readonly [number, number], separator: readonly number[]): void {
  const { size, words, marks, adjacent, separators } = g;
  marks[a * size + b] = mark.none;
  marks[b * size + a] = mark.none;
  adjacent[a * words + (b >>> 5)]! &= ~(1 << (b & 31));
  adjacent[b * words + (a >>> 5)]! &= ~(1 << (a & 31));
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
export function neighbors({ adjacent, words }: Pick<MarkedGraph, "adjacent" | "words">, a: number): number[] {
  const found: number[] = [];
  for (let w = 0; w < words; w++) {
    let bits = adjacent[a * words + w]!;
    while (bits !== 0) {
      const lowest = bits & -bits;
      found.push((w << 5) + 31 - Math.clz32(lowest));
      bits ^= lowest;
    }
  }
  return found;
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

/** Whether w may be a collider between its neighbors u and v, which are different nodes. */
export function isPossibleCollider(
  { marks, size }: MarkedGraph,
  u: number,
  [w, v]: readonly [number, number],
): boolean {
  if (marks[u * size + v] !== mark.none) return true;
  return marks[u * size + w] === mark.arrowhead && marks[v * size + w] === mark.arrowhead;
}
