/** @file The causal graph by rings: the explained token at the center, each token on the ring of its distance. */
import type { CauseTree } from "../../../run/causes.ts";
import { placeEdges, radiusLabel, type DrawnGraph, type PlacedNode, type PlacedRadius } from "./drawn-graph.ts";
import type { GraphEdge } from "../graph-edges.ts";
import type { GraphToken } from "../graph-tokens.ts";
import type { NodeSize } from "./node-size.ts";
import { separateAngles } from "./ring-angles.ts";
import { distanceApart, fittingRings, perimeter, ringsOf, roomOnRing, type RingSizes } from "./ring-sizes.ts";
import { wantedAngles } from "./wanted-angles.ts";

export interface GraphToPlace {
  readonly tree: CauseTree;
  readonly tokens: readonly GraphToken[];
  readonly edges: readonly GraphEdge[];
  /** Room in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Tokens of one ring and the angles that they want. */
interface Ring {
  readonly radius: number;
  readonly rx: number;
  readonly ry: number;
  readonly members: readonly GraphToken[];
  readonly wanted: readonly number[];
}

/** Angles on a ring at which no box lies over its neighbor. How far apart that is depends on where: words are wider than high. */
function ringAngles({ rx, ry, members, wanted }: Ring, sizeOf: (token: GraphToken) => NodeSize, gap: number): number[] {
  let angles: readonly number[] = wanted;
  for (let round = 0; round < 3; round++) {
    const at = angles;
    angles = separateAngles(wanted, (i, j) => {
      const middle = at[i]! + Math.atan2(Math.sin(at[j]! - at[i]!), Math.cos(at[j]! - at[i]!)) / 2;
      const speed = { x: -Math.sin(middle) * rx, y: Math.cos(middle) * ry };
      const length = Math.hypot(speed.x, speed.y) || 1;
      const along = { x: speed.x / length, y: speed.y / length };
      return distanceApart(sizeOf(members[i]!), sizeOf(members[j]!), { along, gap }) / length;
    });
  }
  return [...angles];
}

function overlap(nodes: readonly PlacedNode[]): boolean {
  return nodes.some((a, i) =>
    nodes
      .slice(i + 1)
      .some((b) => Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2),
  );
}

function placeNodes(
  { tree, tokens, edges, width, height }: GraphToPlace,
  rings: readonly number[],
  { scale, sizes, rx, ry, shares }: RingSizes,
): PlacedNode[] {
  const [cx, cy] = [width / 2, height / 2];
  const sizeAt = new Map(tokens.map(({ position }, i) => [position, sizes[i]!]));
  const sizeOf = ({ position }: GraphToken): NodeSize => sizeAt.get(position)!;
  const shareAt = new Map(tokens.map(({ position, radius }) => [position, shares[rings.indexOf(radius)] ?? 1]));
  const around = perimeter(rx, ry);
  const wanted = wantedAngles({
    tree,
    positions: tokens.map(({ position }) => position),
    edges,
    need: (position) => {
      const size = sizeAt.get(position);
      return size ? (2 * Math.PI * roomOnRing(size, scale.gap)) / (around * shareAt.get(position)!) : 0;
    },
  });
  const placed: PlacedNode[] = tokens
    .filter(({ kind }) => kind === "target")
    .map((token) => ({ key: String(token.position), token, x: cx, y: cy, radius: 0, ...sizeOf(token) }));
  for (const [k, radius] of rings.entries()) {
    const members = tokens.filter((token) => token.kind !== "target" && token.radius === radius);
    const ring = { radius, rx: shares[k]! * rx, ry: shares[k]! * ry, members };
    const angles = ringAngles(
      { ...ring, wanted: members.map(({ position }) => wanted.get(position) ?? 0) },
      sizeOf,
      scale.gap,
    );
    const around = members.map((token, i) => ({
      angle: angles[i]!,
      node: {
        key: String(token.position),
        token,
        x: cx + ring.rx * Math.cos(angles[i]!),
        y: cy + ring.ry * Math.sin(angles[i]!),
        radius,
        ...sizeOf(token),
      },
    }));
    placed.push(...around.sort((a, b) => a.angle - b.angle).map(({ node }) => node));
  }
  return placed;
}

/** Lays the graph out, as large as it can be without a node over another; the same input gives the same drawing. */
export function radialLayout(request: GraphToPlace): DrawnGraph {
  const { tokens, edges, width, height } = request;
  const rings = ringsOf(tokens);
  let best: { found: RingSizes; nodes: PlacedNode[] } | undefined;
  for (const found of fittingRings({ tokens, rings, width, height })) {
    const nodes = placeNodes(request, rings, found);
    best = { found, nodes };
    if (!overlap(nodes)) break;
  }
  const { found, nodes } = best!;
  const at = new Map(nodes.map((node) => [node.token.position, node]));
  const between = edges.flatMap((edge) => {
    const [a, b] = [at.get(edge.a), at.get(edge.b)];
    return a && b ? [{ edge, a, b }] : [];
  });
  const center = { cx: width / 2, cy: height / 2 };
  return {
    width,
    height,
    font: found.scale.font,
    nodes,
    edges: placeEdges(between, nodes, found.scale.patch),
    radii: rings.map((radius, k) => {
      const share = found.shares[k]!;
      return ringWithName(radius, { ...center, rx: share * found.rx, ry: share * found.ry }, nodes);
    }),
  };
}

/** Half the width of a letter of the names, in pixels. */
const halfLetter = 2.9;
const halfLine = 6;

/** The ring with its name where it is farthest from nodes. */
function ringWithName(
  radius: number,
  ring: NonNullable<PlacedRadius["ring"]>,
  nodes: readonly PlacedNode[],
): PlacedRadius {
  const label = radiusLabel(radius);
  const half = label.length * halfLetter;
  const places = Array.from({ length: 48 }, (_, i) => {
    const angle = Math.PI + (i * Math.PI) / 24;
    return { x: ring.cx + ring.rx * Math.cos(angle), y: ring.cy + ring.ry * Math.sin(angle) };
  });
  const room = ({ x, y }: { x: number; y: number }): number =>
    Math.min(
      ...nodes.map((node) =>
        Math.max(Math.abs(node.x - x) - node.width / 2 - half, Math.abs(node.y - y) - node.height / 2 - halfLine),
      ),
    );
  const best = places.reduce((found, each) => (room(each) > room(found) + 1e-6 ? each : found));
  return { radius, label, ring, x: Math.max(half + 1, Math.min(2 * ring.cx - half - 1, best.x)), y: best.y };
}
