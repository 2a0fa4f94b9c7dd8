/** @file The tree of causes by columns: the explained token at the left, its causes to the right; edges of the tree alone. */
import type { CauseTree } from "../../../run/causes.ts";
import { placeEdges, radiusLabel, type DrawnGraph, type EdgeBetween, type PlacedNode } from "./drawn-graph.ts";
import { edgeKey } from "../graph-edges.ts";
import { nodeScales, nodeSize } from "./node-size.ts";
import type { GraphToPlace } from "./radial-layout.ts";

const rowGap = 6;
const headHeight = 22;
const margin = 8;

interface Occurrence {
  readonly key: string;
  readonly position: number;
  readonly depth: number;
  readonly children: readonly Occurrence[];
}

function occurrencesOf(tree: CauseTree, key = "0", depth = 0): Occurrence {
  return {
    key,
    position: tree.position,
    depth,
    children: tree.children.map((child, i) => occurrencesOf(child, `${key}.${i}`, depth + 1)),
  };
}

function leaves({ children }: Occurrence): number {
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + leaves(child), 0);
}

function depthOf({ depth, children }: Occurrence): number {
  return Math.max(depth, ...children.map(depthOf));
}

/** Lays the tree out. It is as high as its leaves need, `height` at least; a token stands there once for each place that it has in the tree. */
export function treeLayout({ tree, tokens, edges, width, height: least }: GraphToPlace): DrawnGraph {
  const root = occurrencesOf(tree);
  const rows = leaves(root);
  // Down to the middle scale nodes become smaller; then the drawing becomes higher.
  const candidates = nodeScales.slice(0, 5);
  const rowOf = ({ patch, font }: (typeof candidates)[number]): number => Math.max(patch, font + 8.5) + rowGap;
  const scale = candidates.find((each) => rows * rowOf(each) + headHeight <= least * 1.2) ?? candidates.at(-1)!;
  const height = Math.max(least, rows * rowOf(scale) + headHeight + margin);
  const rowHeight = (height - headHeight - margin) / rows;
  const columns = depthOf(root);
  const tokenOf = new Map(tokens.map((token) => [token.position, token]));
  const sizeOf = new Map(tokens.map((token) => [token.position, nodeSize(token, scale)]));
  const half = (position: number): number => sizeOf.get(position)!.width / 2;
  const widest = Math.max(scale.patch / 2, ...tokens.map(({ position }) => half(position)));
  const left = margin + half(tree.position);
  const right = width - margin - widest;
  const x = (depth: number): number => left + ((right - left) * depth) / Math.max(1, columns);

  const placed: PlacedNode[] = [];
  const between: EdgeBetween[] = [];
  const edgeOf = new Map(edges.map((edge) => [edgeKey(edge.a, edge.b), edge]));
  let row = 0;
  const place = (at: Occurrence): PlacedNode => {
    const children = at.children.map(place);
    const y =
      children.length === 0 ? headHeight + (row++ + 0.5) * rowHeight : (children[0]!.y + children.at(-1)!.y) / 2;
    const token = tokenOf.get(at.position)!;
    const node = { key: at.key, token, x: x(at.depth), y, radius: at.depth, ...sizeOf.get(at.position)! };
    placed.push(node);
    for (const child of children) {
      const edge = edgeOf.get(edgeKey(at.position, child.token.position));
      if (edge) between.push({ edge, ...(edge.a === at.position ? { a: node, b: child } : { a: child, b: node }) });
    }
    return node;
  };
  place(root);
  const nodes = placed.sort((a, b) => a.radius - b.radius || a.y - b.y);
  return {
    width,
    height,
    font: scale.font,
    nodes,
    edges: placeEdges(between, nodes, scale.patch),
    radii: Array.from({ length: columns }, (_, i) => ({
      radius: i + 1,
      label: radiusLabel(i + 1),
      x: x(i + 1),
      y: 12,
    })),
  };
}
