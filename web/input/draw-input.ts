/** @file Draws what the vision tower receives, with the borders of its patches. */
import type { Box } from "../../src/image/types.ts";
import { hatchUnseen } from "../map/canvas/marks.ts";
import type { InputLine, InputLines } from "./input-parts.ts";

export interface DrawnInput {
  readonly bitmap: ImageBitmap;
  /** The part of the bitmap that is the input, in its pixels; all of it if it is left out. */
  readonly source?: Box;
  /** Where that part lies, in CSS pixels of the drawing; all of it if it is left out. */
  readonly place?: Box;
  /** Size of the drawing in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Padding, in CSS pixels of the drawing: what of the input shows nothing of the picture. */
  readonly padding: readonly Box[];
  /** Borders in pixels of the input, and CSS pixels of the drawing per pixel of the input. */
  readonly lines: InputLines;
  readonly scale: number;
}

const padding = "#7f7f7f";
/** Below this distance in CSS pixels lines of patches are a gray veil. */
const smallestPatch = 6;

interface Stroke {
  readonly color: string;
  readonly width: number;
}

function strokeLines(context: CanvasRenderingContext2D, lines: readonly InputLine[], scale: number, stroke: Stroke) {
  context.beginPath();
  const crisp = (value: number): number => Math.round(value * scale) + (stroke.width % 2) / 2;
  for (const { from, to } of lines) {
    context.moveTo(crisp(from[0]), crisp(from[1]));
    context.lineTo(crisp(to[0]), crisp(to[1]));
  }
  context.strokeStyle = stroke.color;
  context.lineWidth = stroke.width;
  context.stroke();
}

/** Draws into a context whose unit is a CSS pixel. */
export function drawInput(context: CanvasRenderingContext2D, request: DrawnInput): void {
  const { bitmap, width, height, lines, scale } = request;
  context.fillStyle = padding;
  context.fillRect(0, 0, width, height);
  const { left, top, ...size } = request.place ?? { left: 0, top: 0, width, height };
  const source = request.source ?? { left: 0, top: 0, width: bitmap.width, height: bitmap.height };
  context.drawImage(bitmap, source.left, source.top, source.width, source.height, left, top, size.width, size.height);
  hatchUnseen(context, request.padding, 1);
  const perSide = lines.patches.length / 2 + 1;
  if (Math.min(width, height) / perSide >= smallestPatch) {
    strokeLines(context, lines.patches, scale, { color: "rgb(0 0 0 / 0.14)", width: 1 });
  }
  strokeLines(context, lines.cells, scale, { color: "rgb(0 0 0 / 0.3)", width: 1 });
  strokeLines(context, lines.windows, scale, { color: "rgb(255 255 255 / 0.75)", width: 4 });
  strokeLines(context, lines.windows, scale, { color: "rgb(0 0 0 / 0.85)", width: 2 });
}
