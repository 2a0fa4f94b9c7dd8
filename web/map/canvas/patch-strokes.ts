/** @file Strokes that marks and sets share: hatching of a box, and the border of a union of patches. */
import type { Box } from "../../../src/image/types.ts";
import { hatchLines, hatchStyles, type HatchStyle } from "../../../src/figure/hatching.ts";
import {
  outlineOf,
  scaledSegment,
  topLine,
  type PatchGeometry,
  type Segment,
} from "../../../src/figure/patch-geometry.ts";

const outer = 5;
const inner = 2;

export function scaledBox({ left, top, width, height }: Box, scale: number): Box {
  return { left: left * scale, top: top * scale, width: width * scale, height: height * scale };
}

function trace(context: CanvasRenderingContext2D, lines: readonly Segment[]): void {
  context.beginPath();
  for (const { x1, y1, x2, y2 } of lines) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
}

/** Covers a box with light lines on grey. */
export function hatchBox(context: CanvasRenderingContext2D, box: Box, style: HatchStyle = hatchStyles.patch): void {
  context.fillStyle = style.ground;
  context.fillRect(box.left, box.top, box.width, box.height);
  trace(context, hatchLines(box, style));
  context.strokeStyle = style.line;
  context.lineWidth = 1;
  context.lineCap = "butt";
  context.stroke();
}

/** Outlines the top patches of a map, light inside dark; `scale` is CSS pixels per pixel of the picture. */
export function strokeTop(context: CanvasRenderingContext2D, lines: readonly Segment[], scale: number): void {
  trace(
    context,
    lines.map((line) => scaledSegment(line, scale)),
  );
  context.lineCap = "square";
  for (const { color, width } of [topLine.outer, topLine.inner]) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
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
