/** @file Draws what the vision tower receives, with the borders of its patches. */
import type { Box, GridPlacement } from "../../src/image/types.ts";

export interface DrawnInput {
  readonly bitmap: ImageBitmap;
  /** Where the bitmap lies, in CSS pixels of the drawing; all of it where it is left out. */
  readonly place?: Box;
  /** Size of the drawing in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The grid that covers the input; left out for tiles. */
  readonly grid?: Pick<GridPlacement, "rows" | "cols">;
}

const padding = "#7f7f7f";

/** Draws into a context whose unit is a CSS pixel. */
export function drawInput(context: CanvasRenderingContext2D, { bitmap, place, width, height, grid }: DrawnInput): void {
  context.fillStyle = padding;
  context.fillRect(0, 0, width, height);
  const { left, top, ...size } = place ?? { left: 0, top: 0, width, height };
  context.drawImage(bitmap, left, top, size.width, size.height);
  if (!grid) return;
  context.beginPath();
  for (let col = 1; col < grid.cols; col++) {
    const x = Math.round((width * col) / grid.cols) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, height);
  }
  for (let row = 1; row < grid.rows; row++) {
    const y = Math.round((height * row) / grid.rows) + 0.5;
    context.moveTo(0, y);
    context.lineTo(width, y);
  }
  context.strokeStyle = "rgb(0 0 0 / 0.24)";
  context.lineWidth = 1;
  context.stroke();
}
