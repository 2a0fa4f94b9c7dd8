/** @file Strokes that marks and sets share: hatching of a box, and the border of a union of patches. */
import type { Box } from "../../../src/image/types.ts";
import { outlineOf, type PatchGeometry } from "../../../src/figure/patch-geometry.ts";

const hatchStep = 5;
const outer = 5;
const inner = 2;

export function scaledBox({ left, top, width, height }: Box, scale: number): Box {
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}

/** Covers a box with light lines on grey. */
export function hatchBox(context: CanvasRenderingContext2D, { left, top, width, height }: Box): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = "rgb(70 70 70 / 0.55)";
  context.fillRect(left, top, width, height);
  context.beginPath();
  for (let k = -height; k < width; k += hatchStep) {
    context.moveTo(left + k, top + height);
    context.lineTo(left + k + height, top);
  }
  context.strokeStyle = "rgb(255 255 255 / 0.8)";
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

/** Outlines the union of some patches, black inside white; the drawing is `width` by `height` CSS pixels. */
export function strokeUnion(
  context: CanvasRenderingContext2D,
  tokens: readonly number[],
  place: { readonly geometry: PatchGeometry; readonly width: number; readonly height: number },
): void {
  const { geometry, width, height } = place;
  const scale = width / geometry.picture.width;
  // At the border of the picture the line stays within the canvas.
  const edge = outer / 2;
  const inside = (value: number, length: number): number => Math.min(length - edge, Math.max(edge, value * scale));
  context.beginPath();
  for (const { x1, y1, x2, y2 } of outlineOf(geometry, tokens)) {
    context.moveTo(inside(x1, width), inside(y1, height));
    context.lineTo(inside(x2, width), inside(y2, height));
  }
  context.lineCap = "square";
  context.strokeStyle = "#ffffff";
  context.lineWidth = outer;
  context.stroke();
  context.strokeStyle = "#111111";
  context.lineWidth = inner;
  context.stroke();
}
