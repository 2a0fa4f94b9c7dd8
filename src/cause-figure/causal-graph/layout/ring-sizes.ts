/** @file How large the rings of a causal graph and its nodes are: the largest at which every ring has room for its tokens. */
import type { GraphToken } from "../graph-tokens.ts";
import { nodeScales, nodeSize, type NodeScale, type NodeSize } from "./node-size.ts";

const edgeMargin = 6;
/** Rings of small graphs do not reach the border: share of it, by number of rings. */
const reach = [0.62, 0.84, 0.95, 1] as const;

/** Distances at which tokens stand, ascending; those outside the tree last. */
export function ringsOf(tokens: readonly GraphToken[]): number[] {
  return [...new Set(tokens.filter(({ kind }) => kind !== "target").map(({ radius }) => radius))].sort((a, b) => a - b);
}

/** Perimeter of an ellipse (Ramanujan). */
export function perimeter(rx: number, ry: number): number {
  const h = ((rx - ry) / (rx + ry)) ** 2;
  return Math.PI * (rx + ry) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)));
}

/** Room along a ring that a node takes, in pixels. */
export function roomOnRing({ width, height }: Pick<NodeSize, "width" | "height">, gap: number): number {
  return (width + height) / 2 + gap;
}

export interface RingSizes {
  readonly scale: NodeScale;
  /** By token. */
  readonly sizes: readonly NodeSize[];
  /** Half axes of the largest ring, in pixels. */
  readonly rx: number;
  readonly ry: number;
  /** Share of them, by ring. */
  readonly shares: readonly number[];
}

export interface RingRequest {
  readonly tokens: readonly GraphToken[];
  readonly rings: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** From ring to ring at least, in pixels. */
function betweenRings({ patch, gap }: NodeScale): number {
  return patch + gap + 4;
}

/** Shares of rings that are wide enough for their nodes, beyond 1 where they do not fit. */
function neededShares({ tokens, rings }: RingRequest, { scale, sizes, rx, ry }: Omit<RingSizes, "shares">): number[] {
  const around = perimeter(rx, ry);
  const target = sizes[tokens.findIndex(({ kind }) => kind === "target")];
  const between = betweenRings(scale);
  const shares: number[] = [];
  for (const ring of rings) {
    const taken = sizes.reduce((sum, size, i) => {
      const isThere = tokens[i]!.radius === ring && tokens[i]!.kind !== "target";
      return isThere ? sum + roomOnRing(size, scale.gap) : sum;
    }, 0);
    const before = shares.at(-1);
    const least =
      before === undefined ? ((target?.height ?? 0) - scale.patch) / 2 / ry + between / ry : before + between / ry;
    shares.push(Math.max(taken / around, least));
  }
  return shares;
}

/** The last ring at `goal`, the others evenly within it as far as they may, `step` apart at least. */
function evenRings(needed: readonly number[], goal: number, step: number): number[] {
  const shares = [...needed];
  for (let k = needed.length - 1, next = goal + step; k >= 0; k--) {
    shares[k] = Math.max(needed[k]!, Math.min((goal * (k + 1)) / needed.length, next - step));
    next = shares[k]!;
  }
  return shares;
}

/** The sizes that fit, the largest nodes first; the last of them is taken even where it does not fit. */
export function* fittingRings(request: RingRequest): Generator<RingSizes> {
  const { tokens, width, height } = request;
  for (const scale of nodeScales) {
    const sizes = tokens.map((token) => nodeSize(token, scale));
    const rx = width / 2 - Math.max(scale.patch, ...sizes.map((size) => size.width)) / 2 - edgeMargin;
    const ry = height / 2 - Math.max(scale.patch, ...sizes.map((size) => size.height)) / 2 - edgeMargin;
    const needed = neededShares(request, { scale, sizes, rx, ry });
    const last = needed.at(-1) ?? 1;
    if (last <= 1) {
      const goal = Math.max(last, reach[Math.min(needed.length, reach.length) - 1] ?? 1);
      yield { scale, sizes, rx, ry, shares: evenRings(needed, goal, betweenRings(scale) / ry) };
    } else if (scale === nodeScales.at(-1)) {
      yield { scale, sizes, rx, ry, shares: needed.map((_, k) => (k + 1) / needed.length) };
    }
  }
}

/** How far two boxes must be moved along a unit direction until they stand `gap` apart. */
export function distanceApart(
  one: Pick<NodeSize, "width" | "height">,
  other: Pick<NodeSize, "width" | "height">,
  { along, gap }: { readonly along: { readonly x: number; readonly y: number }; readonly gap: number },
): number {
  const across = (one.width + other.width) / 2 + gap;
  const down = (one.height + other.height) / 2 + gap;
  return Math.min(across / Math.max(1e-9, Math.abs(along.x)), down / Math.max(1e-9, Math.abs(along.y)));
}
