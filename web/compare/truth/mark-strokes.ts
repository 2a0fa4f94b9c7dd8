/** @file Marking an object with the pointer: boxes between two points, and strokes of a brush on a mask. */
import type { Corners, Mask } from "../../../src/run/masks.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The box between two points in pixels, rounded outwards and cut at the picture's edges; undefined for one without area. */
export function boxBetween(a: Point, b: Point, { width, height }: Size): Corners | undefined {
  const left = Math.max(0, Math.floor(Math.min(a.x, b.x)));
  const top = Math.max(0, Math.floor(Math.min(a.y, b.y)));
  const right = Math.min(width, Math.ceil(Math.max(a.x, b.x)));
  const bottom = Math.min(height, Math.ceil(Math.max(a.y, b.y)));
  return left < right && top < bottom ? [left, top, right, bottom] : undefined;
}

/** A box with one corner moved to another number; undefined if that is no box on the picture. */
export function boxWith(box: Corners, corner: number, value: number, { width, height }: Size): Corners | undefined {
  const next = box.map((each, i) => (i === corner ? Math.round(value) : each)) as [number, number, number, number];
  const [left, top, right, bottom] = next;
  const isBox = next.every(Number.isFinite) && left >= 0 && top >= 0 && right <= width && bottom <= height;
  return isBox && left < right && top < bottom ? next : undefined;
}

/** Sets the pixels whose centers lie at most `radius` from the way from one point to another. Changes the mask. */
export function strokeMask(
  { width, height, inside }: Mask,
  {
    from,
    to,
    radius,
    value,
  }: { readonly from: Point; readonly to: Point; readonly radius: number; readonly value: 0 | 1 },
): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const first = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const last = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + radius));
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const right = Math.min(width - 1, Math.ceil(Math.max(from.x, to.x) + radius));
  for (let y = first; y <= last; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const along = length > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      if (Math.hypot(px - along * dx, py - along * dy) <= radius) inside[y * width + x] = value;
    }
  }
}
