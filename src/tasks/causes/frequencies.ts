/** @file How often edges and explaining tokens come back among several graphs of one token. */
import type { CausalGraphFinding } from "../../run/causes.ts";

export interface Frequencies {
  /** Pairs of positions, a < b, with an edge in at least one graph, and in how many. */
  readonly edges: readonly { readonly a: number; readonly b: number; readonly count: number }[];
  /** Positions in the explanation of at least one graph, and in how many. */
  readonly explaining: readonly { readonly position: number; readonly count: number }[];
}

/** Counts over graphs; edges and positions in ascending order. */
export function graphFrequencies(
  graphs: readonly Pick<CausalGraphFinding, "nodes" | "marks" | "explanation">[],
): Frequencies {
  const edges = new Map<string, { a: number; b: number; count: number }>();
  const explaining = new Map<number, number>();
  for (const { nodes, marks, explanation } of graphs) {
    for (const [i, a] of nodes.entries()) {
      for (let j = i + 1; j < nodes.length; j++) {
        if (marks[i * nodes.length + j] === 0) continue;
        const b = nodes[j]!;
        const edge = edges.get(`${a} ${b}`) ?? { a, b, count: 0 };
        edge.count += 1;
        edges.set(`${a} ${b}`, edge);
      }
    }
    for (const position of explanation) explaining.set(position, (explaining.get(position) ?? 0) + 1);
  }
  return {
    edges: [...edges.values()].sort((one, other) => one.a - other.a || one.b - other.b),
    explaining: [...explaining]
      .map(([position, count]) => ({ position, count }))
      .sort((one, other) => one.position - other.position),
  };
}
