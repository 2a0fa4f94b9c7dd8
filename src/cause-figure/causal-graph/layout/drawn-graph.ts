/** @file A causal graph as it is drawn, by rings or by columns: nodes with their places, edges with their lines. */
import { drawEdge, type DrawnEdge, type NodeBox } from "./edge-curve.ts";
import type { GraphEdge } from "../graph-edges.ts";
import type { GraphToken } from "../graph-tokens.ts";

export interface PlacedNode extends NodeBox {
  /** The same for the same node, whatever else is drawn; a token may be drawn several times in a tree. */
  readonly key: string;
  readonly token: GraphToken;
  readonly text: string;
  /** Its distance here: that of the token, or of this occurrence in the tree. */
  readonly radius: number;
}

export interface PlacedEdge extends DrawnEdge {
  readonly key: string;
  readonly edge: GraphEdge;
  /** Distance of its farther end: it fades with it. */
  readonly radius: number;
}

/** A ring around the center, or the head of a column. */
export interface PlacedRadius {
  readonly radius: number;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly ring?: { readonly cx: number; readonly cy: number; readonly rx: number; readonly ry: number };
}

export interface DrawnGraph {
  readonly width: number;
  readonly height: number;
  readonly font: number;
  /** In the order in which Tab goes: by radius, then as they are placed. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly radii: readonly PlacedRadius[];
}

/** A line between two placed nodes. */
export interface EdgeBetween {
  readonly edge: GraphEdge;
  /** Nodes at its ends `a` and `b`. */
  readonly a: PlacedNode;
  readonly b: PlacedNode;
}

/** Draws lines that go around the other nodes, with marks of the size of the nodes. */
export function placeEdges(between: readonly EdgeBetween[], nodes: readonly PlacedNode[], patch: number): PlacedEdge[] {
  const scale = Math.min(1, Math.max(0.7, patch / 24));
  return between.map(({ edge, a, b }) => ({
    key: `${a.key} ${b.key}`,
    edge,
    radius: Math.max(a.radius, b.radius),
    ...drawEdge({
      a,
      b,
      atA: edge.atA,
      atB: edge.atB,
      others: nodes.filter((node) => node !== a && node !== b),
      scale,
    }),
  }));
}

export function radiusLabel(radius: number): string {
  return Number.isFinite(radius) ? `radius ${radius}` : "not in the tree";
}

/** How much is left of what lies beyond the chosen radius. */
export const fadedOpacity = 0.38;
export const frameWidth = 2;
export const dashes = "4 3";

/** The explained token is a box, words are pills. */
export function pillRadius({ token, height }: Pick<PlacedNode, "token" | "height">): number {
  return token.kind === "target" ? 3 : height / 2;
}
