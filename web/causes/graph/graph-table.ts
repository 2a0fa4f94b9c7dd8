/** @file A causal graph as a table: its tokens, then its edges with the marks at both ends; and what was counted while it was learned. */
import type { CausalGraphFinding } from "../../../src/run/causes.ts";
import type { Table } from "../../figures/figure.ts";
import { edgeSymbol, markMeanings, type GraphEdge } from "../../../src/cause-figure/causal-graph/graph-edges.ts";
import { radiusText, type GraphToken } from "../../../src/cause-figure/causal-graph/graph-tokens.ts";
import { edgeShare, type StabilityFacts } from "../stability-facts.ts";

export interface GraphToList {
  readonly tokens: readonly GraphToken[];
  readonly edges: readonly GraphEdge[];
  readonly stability?: StabilityFacts;
}

export function graphTable({ tokens, edges, stability }: GraphToList): Table {
  const nameOf = new Map(tokens.map(({ position, name }) => [position, name]));
  const explaining = ({ position, kind }: GraphToken): number | null =>
    stability === undefined || stability.count === 0 || kind === "target"
      ? null
      : (stability.explaining.get(position) ?? 0) / stability.count;
  return {
    columns: [
      { label: "What", kind: "text" },
      { label: "Token", kind: "text" },
      { label: "Position", kind: "number" },
      { label: "Distance", kind: "text" },
      { label: "Edge", kind: "text" },
      { label: "Other end", kind: "text" },
      { label: "Position of the other end", kind: "number" },
      { label: "Token is of the other end", kind: "text" },
      { label: "Other end is of the token", kind: "text" },
      { label: "In the tree", kind: "text" },
      { label: "Frequency", kind: "number" },
    ],
    rows: [
      ...tokens.map((token) => [
        "token",
        token.name,
        token.position,
        radiusText(token),
        "",
        "",
        null,
        "",
        "",
        Number.isFinite(token.radius) ? "yes" : "",
        explaining(token),
      ]),
      ...edges.map((edge) => [
        "edge",
        nameOf.get(edge.a) ?? "",
        edge.a,
        "",
        edgeSymbol(edge),
        nameOf.get(edge.b) ?? "",
        edge.b,
        markMeanings[edge.atA],
        markMeanings[edge.atB],
        edge.inTree ? "yes" : "",
        edgeShare(stability, edge.a, edge.b) ?? null,
      ]),
    ],
  };
}

/** "1 edge", "2 edges". */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** What was counted while the graph was learned, one short phrase each. */
export function countPhrases(finding: CausalGraphFinding, edges: number): string[] {
  const { nodes, testsBySize, conflicts, degenerate, leftOut, cutAt } = finding;
  const tests = testsBySize.map((count, size) => `${count} given ${size}`).filter((_, size) => testsBySize[size] !== 0);
  const left = [
    ...(leftOut.image > 0 ? [counted(leftOut.image, "patch", "patches")] : []),
    ...(leftOut.text > 0 ? [counted(leftOut.text, "text token")] : []),
  ];
  return [
    `${counted(nodes.length, "token")}, ${counted(edges, "edge")}`,
    `tests: ${tests.length === 0 ? "none" : tests.join(", ")}`,
    `${counted(conflicts, "mark")} overwritten`,
    counted(degenerate, "singular test"),
    left.length === 0 ? "none left out" : `left out: ${left.join(", ")}`,
    ...(cutAt === undefined ? [] : [`search cut at sets of ${cutAt}`]),
  ];
}
