/** @file Hatching: the lines over a place without values, of patches that are hidden or masked and of what the model did not see. */
import type { Box } from "../image/types.ts";
import type { Segment } from "./patch-geometry.ts";

/** How a kind of place is hatched; lengths in CSS pixels. */
export interface HatchStyle {
  /** From one line to the next, along an edge. */
  readonly step: number;
  /** Lines rise to the right, or fall. */
  readonly rises: boolean;
  readonly ground: string;
  readonly line: string;
}

export const hatchStyles = {
  /** Patches that are hidden or masked. */
  patch: { step: 5, rises: true, ground: "rgb(70 70 70 / 0.55)", line: "rgb(255 255 255 / 0.8)" },
  /** Parts of the picture, or of its input, that the model does not see. */
  unseen: { step: 9, rises: false, ground: "rgb(120 120 120 / 0.5)", line: "rgb(255 255 255 / 0.75)" },
} as const satisfies Readonly<Record<string, HatchStyle>>;

/** The lines over a box, clipped to it. Those of boxes side by side meet. */
export function hatchLines({ left, top, width, height }: Box, { step, rises }: HatchStyle): Segment[] {
  const lines: Segment[] = [];
  // Lines are `x + y = k` if they rise, `x - y = k` if they fall, at whole multiples of the step.
  const [right, bottom] = [left + width, top + height];
  const [least, most] = rises ? [left + top, right + bottom] : [left - bottom, right - top];
  for (let k = Math.ceil(least / step) * step; k < most; k += step) {
    const yAt = (x: number): number => (rises ? k - x : x - k);
    const xAt = (y: number): number => (rises ? k - y : y + k);
    const x1 = Math.max(left, Math.min(xAt(top), xAt(bottom)));
    const x2 = Math.min(right, Math.max(xAt(top), xAt(bottom)));
    if (x2 > x1) lines.push({ x1, y1: yAt(x1), x2, y2: yAt(x2) });
  }
  return lines;
}
