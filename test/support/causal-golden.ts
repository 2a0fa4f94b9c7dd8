/** @file Learned graphs and explanations in the form of the golden data, to be compared with it. */
import type { CauseNode } from "../../src/causal-discovery/explanation.ts";
import type { CausalGraph } from "../../src/causal-discovery/graph.ts";
import type { GoldenGraph, GoldenTree } from "./causal-fixtures.ts";

function rowsOfMarks(marks: Uint8Array, size: number): number[][] {
  return Array.from({ length: size }, (_, a) => [...marks.subarray(a * size, (a + 1) * size)]);
}

/** What a golden graph says, of a learned one. */
export function goldenGraph(
  { marks, separators, testsBySize }: Pick<CausalGraph, "marks" | "separators" | "testsBySize">,
  nodes: readonly number[],
): GoldenGraph {
  const size = nodes.length;
  const sepsets: [number, number, number[]][] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      if (marks[a * size + b] !== 0) continue;
      const set = (separators[a * size + b] ?? []).map((node) => nodes[node]!);
      sepsets.push([nodes[a]!, nodes[b]!, set.sort((one, other) => one - other)]);
    }
  }
  return { marks: rowsOfMarks(marks, size), sepsets, tests_by_size: testsBySize };
}

/** The fields that are compared. */
export function goldenFields({ marks, sepsets, tests_by_size }: GoldenGraph): GoldenGraph {
  return { marks, sepsets, tests_by_size };
}

export function goldenTree({ position, children }: CauseNode): GoldenTree {
  return [position, children.map(goldenTree)];
}

export function radiusRecord(sets: readonly (readonly number[])[]): Record<string, readonly number[]> {
  return Object.fromEntries(sets.map((set, i) => [String(i + 1), set]));
}
