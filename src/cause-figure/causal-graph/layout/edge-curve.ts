/** @file The line of an edge: around other nodes where it can be, from border to border, with the marks at its ends. */
import type { EndMark } from "../graph-edges.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node as it lies on the drawing, by its center. */
export interface NodeBox extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line with one bend, as a quadratic curve; straight where the bend lies halfway. */
export interface EdgeCurve {
  readonly from: Point;
  readonly bend: Point;
  readonly to: Point;
}

/** The mark at one end: closed paths are filled, the others are drawn as lines. */
export interface EndShape {
  readonly mark: EndMark;
  readonly path: string;
  /** Where the end touches its node. */
  readonly tip: Point;
}

export interface DrawnEdge {
  readonly path: string;
  readonly atA: EndShape;
  readonly atB: EndShape;
  readonly middle: Point;
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

function pointAt({ from, bend, to }: EdgeCurve, t: number): Point {
  return {
    x: mix(mix(from.x, bend.x, t), mix(bend.x, to.x, t), t),
    y: mix(mix(from.y, bend.y, t), mix(bend.y, to.y, t), t),
  };
}

function directionAt({ from, bend, to }: EdgeCurve, t: number): Point {
  const x = mix(bend.x - from.x, to.x - bend.x, t);
  const y = mix(bend.y - from.y, to.y - bend.y, t);
  const length = Math.hypot(x, y) || 1;
  return { x: x / length, y: y / length };
}

export function isInside({ x, y, width, height }: NodeBox, point: Point, margin = 0): boolean {
  return Math.abs(point.x - x) <= width / 2 + margin && Math.abs(point.y - y) <= height / 2 + margin;
}

const samples = 32;
/** Between a line and a node that it passes, in pixels. */
const clearance = 3;

/** How many of the boxes the curve goes through. */
export function boxesCrossed(curve: EdgeCurve, others: readonly NodeBox[]): number {
  const points = Array.from({ length: samples - 1 }, (_, i) => pointAt(curve, (i + 1) / samples));
  const { from, bend, to } = curve;
  // A curve lies within its corners, so that most boxes are told at once.
  const [left, right] = [Math.min(from.x, bend.x, to.x), Math.max(from.x, bend.x, to.x)];
  const [top, bottom] = [Math.min(from.y, bend.y, to.y), Math.max(from.y, bend.y, to.y)];
  let crossed = 0;
  for (const box of others) {
    const across = box.width / 2 + clearance;
    const down = box.height / 2 + clearance;
    if (box.x + across < left || box.x - across > right || box.y + down < top || box.y - down > bottom) continue;
    if (points.some((point) => isInside(box, point, clearance))) crossed++;
  }
  return crossed;
}

/** Bends that are tried, nearest to a straight line first: shares of the length to either side, and where along it. */
const bends = [0.08, 0.16, 0.25, 0.36, 0.48, 0.62].flatMap((share) =>
  [share, -share].flatMap((side) => [0.5, 0.25, 0.75].map((along) => ({ side, along }))),
);

/** The least bent of the lines from center to center that go through the fewest other nodes. */
export function curveAround(a: Point, b: Point, others: readonly NodeBox[]): EdgeCurve {
  let best: { curve: EdgeCurve; crossed: number } | undefined;
  for (const { side, along } of [{ side: 0, along: 0.5 }, ...bends]) {
    const bend = {
      x: mix(a.x, b.x, along) - (b.y - a.y) * side,
      y: mix(a.y, b.y, along) + (b.x - a.x) * side,
    };
    const curve = { from: a, bend, to: b };
    const crossed = boxesCrossed(curve, others);
    if (best === undefined || crossed < best.crossed) best = { curve, crossed };
    if (crossed === 0) break;
  }
  return best!.curve;
}

/** Between the border of a node and the mark at it, in pixels. */
const borderGap = 2.5;

/** Where the curve leaves the box that it begins in (or, from the other end, that it ends in), as t. */
function borderAt(curve: EdgeCurve, box: NodeBox, end: "from" | "to"): number {
  const t = (s: number): number => (end === "from" ? s : 1 - s);
  let low = 0;
  let high = 0.5;
  if (isInside(box, pointAt(curve, t(high)), borderGap)) return t(high);
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (isInside(box, pointAt(curve, t(middle)), borderGap)) low = middle;
    else high = middle;
  }
  return t(high);
}

/** Lengths of the marks along the line, in pixels at scale 1. */
export const markLengths: Readonly<Record<EndMark, number>> = { arrow: 8, circle: 6.4, tail: 0.6 };
const arrowHalfWidth = 3.7;
const tailHalfWidth = 4.8;
const circleRadius = 3.2;

const text = (value: number): string => String(Math.round(value * 100) / 100);
const place = ({ x, y }: Point): string => `${text(x)} ${text(y)}`;

/** The mark whose tip is at `tip`; `toward` is the unit direction in which the line reaches it. */
export function endShape(mark: EndMark, tip: Point, { toward, scale }: { toward: Point; scale: number }): EndShape {
  const along = (length: number, across: number): Point => ({
    x: tip.x - toward.x * length * scale - toward.y * across * scale,
    y: tip.y - toward.y * length * scale + toward.x * across * scale,
  });
  if (mark === "arrow") {
    const { arrow } = markLengths;
    return {
      mark,
      tip,
      path: `M${place(tip)}L${place(along(arrow, arrowHalfWidth))}L${place(along(arrow, -arrowHalfWidth))}Z`,
    };
  }
  if (mark === "tail") {
    return { mark, tip, path: `M${place(along(0, tailHalfWidth))}L${place(along(0, -tailHalfWidth))}` };
  }
  const radius = text(circleRadius * scale);
  const [near, far] = [place(tip), place(along(2 * circleRadius, 0))];
  return { mark, tip, path: `M${near}A${radius} ${radius} 0 1 1 ${far}A${radius} ${radius} 0 1 1 ${near}Z` };
}

/** The part of a curve between two values of t, as SVG path. */
function partPath({ from, bend, to }: EdgeCurve, [start, end]: readonly [number, number]): string {
  const curve = { from, bend, to };
  const first = pointAt(curve, start);
  const last = pointAt(curve, end);
  const control = {
    x: mix(mix(from.x, bend.x, start), mix(bend.x, to.x, start), end),
    y: mix(mix(from.y, bend.y, start), mix(bend.y, to.y, start), end),
  };
  return `M${place(first)}Q${place(control)} ${place(last)}`;
}

export interface EdgeToDraw {
  readonly a: NodeBox;
  readonly b: NodeBox;
  readonly atA: EndMark;
  readonly atB: EndMark;
  /** Nodes that the line should not go through. */
  readonly others: readonly NodeBox[];
  /** Size of the marks, 1 at most. */
  readonly scale: number;
}

/** Draws an edge from border to border; the line ends where its marks begin. */
export function drawEdge({ a, b, atA, atB, others, scale }: EdgeToDraw): DrawnEdge {
  const curve = curveAround(a, b, others);
  const startAt = borderAt(curve, a, "from");
  const endAt = borderAt(curve, b, "to");
  const start = pointAt(curve, startAt);
  const end = pointAt(curve, endAt);
  const length = Math.max(1, Math.hypot(end.x - start.x, end.y - start.y));
  // Marks of a very short edge become smaller, so that both have room.
  const fitting = Math.min(scale, (0.9 * length) / Math.max(1, markLengths[atA] + markLengths[atB]));
  const step = (mark: EndMark): number => ((markLengths[mark] * fitting) / length) * (endAt - startAt);
  const out = directionAt(curve, startAt);
  return {
    path: partPath(curve, [startAt + step(atA), endAt - step(atB)]),
    atA: endShape(atA, start, { toward: { x: -out.x, y: -out.y }, scale: fitting }),
    atB: endShape(atB, end, { toward: directionAt(curve, endAt), scale: fitting }),
    middle: pointAt(curve, (startAt + endAt) / 2),
  };
}
