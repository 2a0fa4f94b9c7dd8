/** @file The edges of a causal graph with the marks at their ends. */
import type { CausalGraphFinding, CauseTree } from "../../run/causes.ts";

/** What stands at an end: not decided, not a cause of the other end, a cause of it. */
export type EndMark = "circle" | "arrow" | "tail";

export interface GraphEdge {
  /** Positions; `a` comes first in the order of the graph. */
  readonly a: number;
  readonly b: number;
  readonly atA: EndMark;
  readonly atB: EndMark;
  /** Whether the tree of causes goes along it. */
  readonly inTree: boolean;
}

const markOfCode: readonly (EndMark | undefined)[] = [undefined, "circle", "arrow", "tail"];

/** The same text for both orders of two positions. */
export function edgeKey(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** Keys of the edges that the tree goes along. */
export function treeEdgeKeys(tree: CauseTree): Set<string> {
  const keys = new Set<string>();
  const visit = ({ position, children }: CauseTree): void => {
    for (const child of children) {
      keys.add(edgeKey(position, child.position));
      visit(child);
    }
  };
  visit(tree);
  return keys;
}

/** Every edge once. The mark at the second of two nodes is `marks[first * nodes + second]`. */
export function graphEdges({ nodes, marks, tree }: Pick<CausalGraphFinding, "nodes" | "marks" | "tree">): GraphEdge[] {
  const inTree = treeEdgeKeys(tree);
  const size = nodes.length;
  const edges: GraphEdge[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const atB = markOfCode[marks[i * size + j]!];
      const atA = markOfCode[marks[j * size + i]!];
      if (atA === undefined || atB === undefined) continue;
      const [a, b] = [nodes[i]!, nodes[j]!];
      edges.push({ a, b, atA, atB, inTree: inTree.has(edgeKey(a, b)) });
    }
  }
  return edges;
}

const left: Readonly<Record<EndMark, string>> = { circle: "o", arrow: "<", tail: "-" };
const right: Readonly<Record<EndMark, string>> = { circle: "o", arrow: ">", tail: "-" };

/** The edge as it is written in papers: "o->", "<->", "-->", "o-o". */
export function edgeSymbol({ atA, atB }: Pick<GraphEdge, "atA" | "atB">): string {
  return `${left[atA]}-${right[atB]}`;
}

/** What a mark says of the end at which it stands. */
export const markMeanings: Readonly<Record<EndMark, string>> = {
  arrow: "not a cause",
  tail: "a cause",
  circle: "not decided",
};

/** The meaning of a mark in a legend. */
export function markLegendText(mark: EndMark): string {
  return mark === "circle" ? markMeanings.circle : `${markMeanings[mark]} of the other end`;
}

/** What the marks of an edge say, with the names of its ends. */
export function edgeMeaning({ atA, atB }: Pick<GraphEdge, "atA" | "atB">, a: string, b: string): string {
  if (atA === "tail" && atB === "arrow") return `${a} is a cause of ${b}`;
  if (atA === "arrow" && atB === "tail") return `${b} is a cause of ${a}`;
  if (atA === "arrow" && atB === "arrow") return `neither ${a} nor ${b} is a cause of the other`;
  const told = [
    ...(atA === "circle" ? [] : [`${a} is ${markMeanings[atA]} of ${b}`]),
    ...(atB === "circle" ? [] : [`${b} is ${markMeanings[atB]} of ${a}`]),
  ];
  return told.length === 0 ? `between ${a} and ${b} nothing is decided` : told.join(", ");
}
