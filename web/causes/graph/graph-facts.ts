/** @file What the nodes and edges of a causal graph say: in tooltips and for screen readers. */
import {
  edgeMeaning,
  edgeSymbol,
  edgeKey,
  type GraphEdge,
} from "../../../src/cause-figure/causal-graph/graph-edges.ts";
import { radiusText } from "../../../src/cause-figure/causal-graph/graph-tokens.ts";
import type { PlacedNode } from "../../../src/cause-figure/causal-graph/layout/drawn-graph.ts";
import { frequencyText, type StabilityFacts } from "../stability-facts.ts";

/** A title and lines below it. */
export interface GraphFacts {
  readonly title: string;
  readonly lines: readonly string[];
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "explains in 21 of 30 settings"; undefined before it was computed, and for the explained token. */
function explainingText({ token }: Pick<PlacedNode, "token">, stability: StabilityFacts | undefined) {
  if (stability === undefined || token.kind === "target") return undefined;
  return `in the explanation set ${frequencyText(stability, stability.explaining.get(token.position) ?? 0)}`;
}

export function nodeFacts(node: Pick<PlacedNode, "token">, stability: StabilityFacts | undefined): GraphFacts {
  const explaining = explainingText(node, stability);
  return {
    title: capitalized(node.token.name),
    lines: [radiusText(node.token), ...(explaining === undefined ? [] : [explaining])],
  };
}

/** The same in one line. */
export function nodeSentence(node: Pick<PlacedNode, "token">, stability: StabilityFacts | undefined): string {
  const { title, lines } = nodeFacts(node, stability);
  return [title, ...lines].join(", ");
}

/** `nameOf` names positions. */
export function edgeFacts(
  edge: GraphEdge,
  nameOf: ReadonlyMap<number, string>,
  stability: StabilityFacts | undefined,
): GraphFacts {
  const [a, b] = [nameOf.get(edge.a) ?? "", nameOf.get(edge.b) ?? ""];
  return {
    title: `${capitalized(a)} ${edgeSymbol(edge)} ${b}`,
    lines: [
      capitalized(edgeMeaning(edge, a, b)),
      ...(edge.inTree ? [] : ["not in the tree"]),
      ...(stability === undefined ? [] : [frequencyText(stability, stability.edges.get(edgeKey(edge.a, edge.b)) ?? 0)]),
    ],
  };
}
