/** @file The outline of boxes as one shape: the border of what they cover together. */
import type { Box } from "../image/types.ts";
import { formatCoordinate } from "./xml.ts";

type Point = readonly [number, number];

/** Borders of neighbors come from one formula, and differ by less. */
const near = 100;

function ascending(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

interface Border {
  readonly from: Point;
  readonly to: Point;
}

/** The sides of what is covered, each with the covered side at its right (y goes down). */
function bordersOf(boxes: readonly Box[]): Border[] {
  const round = (value: number): number => Math.round(value * near) / near;
  const sides = boxes.map(({ left, top, width, height }) => ({
    left: round(left),
    right: round(left + width),
    top: round(top),
    bottom: round(top + height),
  }));
  const xs = ascending(sides.flatMap(({ left, right }) => [left, right]));
  const ys = ascending(sides.flatMap(({ top, bottom }) => [top, bottom]));
  const across = Math.max(0, xs.length - 1);
  const covered = new Uint8Array(across * Math.max(0, ys.length - 1));
  for (const { left, right, top, bottom } of sides) {
    for (let j = ys.indexOf(top); j < ys.indexOf(bottom); j++) {
      covered.fill(1, j * across + xs.indexOf(left), j * across + xs.indexOf(right));
    }
  }
  const at = (i: number, j: number): boolean => i >= 0 && i < across && j >= 0 && covered[j * across + i] === 1;
  const borders: Border[] = [];
  for (const [index, is] of covered.entries()) {
    if (is === 0) continue;
    const [i, j] = [index % across, Math.floor(index / across)];
    const [left, right, top, bottom] = [xs[i]!, xs[i + 1]!, ys[j]!, ys[j + 1]!];
    if (!at(i, j - 1)) borders.push({ from: [left, top], to: [right, top] });
    if (!at(i + 1, j)) borders.push({ from: [right, top], to: [right, bottom] });
    if (!at(i, j + 1)) borders.push({ from: [right, bottom], to: [left, bottom] });
    if (!at(i - 1, j)) borders.push({ from: [left, bottom], to: [left, top] });
  }
  return borders;
}

function directionOf({ from, to }: Border): Point {
  return [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
}

const keyOf = ([x, y]: Point): string => `${x} ${y}`;

/** Borders that go on from one another, as closed loops; where two shapes touch at a corner each keeps its own. */
function loopsOf(borders: readonly Border[]): Border[][] {
  const starting = new Map<string, Border[]>();
  for (const border of borders) {
    const key = keyOf(border.from);
    starting.set(key, [...(starting.get(key) ?? []), border]);
  }
  const take = (point: Point, [dx, dy]: Point): Border | undefined => {
    const open = starting.get(keyOf(point)) ?? [];
    const isTurnRight = (border: Border): boolean => {
      const [x, y] = directionOf(border);
      return x === -dy && y === dx;
    };
    const next = open.find(isTurnRight) ?? open[0];
    if (next !== undefined) open.splice(open.indexOf(next), 1);
    return next;
  };
  const loops: Border[][] = [];
  for (const first of borders) {
    const open = starting.get(keyOf(first.from))!;
    if (!open.includes(first)) continue;
    open.splice(open.indexOf(first), 1);
    const loop = [first];
    for (let last = first; keyOf(last.to) !== keyOf(first.from);) {
      last = take(last.to, directionOf(last))!;
      loop.push(last);
    }
    loops.push(loop);
  }
  return loops;
}

/** The corners of a loop, moved inward. */
function cornersOf(loop: readonly Border[], inset: number): Point[] {
  return loop.flatMap((border, i) => {
    const [dx, dy] = directionOf(border);
    const [bx, by] = directionOf(loop.at(i - 1)!);
    if (dx === bx && dy === by) return [];
    const [x, y] = border.from;
    return [[x + inset * (-dy - by), y + inset * (dx + bx)] as const];
  });
}

/** The `d` of a path around what boxes cover together, holes included; `inset` pixels inside of it. */
export function outlinePath(boxes: readonly Box[], inset = 0): string {
  return loopsOf(bordersOf(boxes))
    .map((loop) => {
      const points = cornersOf(loop, inset).map(([x, y]) => `${formatCoordinate(x)} ${formatCoordinate(y)}`);
      return `M${points.join("L")}Z`;
    })
    .join("");
}
