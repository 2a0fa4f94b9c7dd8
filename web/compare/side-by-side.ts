/** @file Several canvases as one drawing, for exports. */
import type { Drawing } from "../figures/figure.ts";

const gapPixels = 12;

/** Draws canvases beside each other, at the height of the first. */
export function sideBySide(canvases: readonly HTMLCanvasElement[]): Drawing {
  const drawn = document.createElement("canvas");
  const height = canvases[0]?.height ?? 1;
  const widths = canvases.map((canvas) => Math.round((canvas.width * height) / Math.max(1, canvas.height)));
  drawn.height = height;
  drawn.width = Math.max(
    1,
    widths.reduce((sum, width) => sum + width + gapPixels, -gapPixels),
  );
  const context = drawn.getContext("2d")!;
  let x = 0;
  for (const [i, canvas] of canvases.entries()) {
    context.drawImage(canvas, x, 0, widths[i]!, height);
    x += widths[i]! + gapPixels;
  }
  const scale = (canvases[0]?.clientWidth ?? drawn.width) / Math.max(1, canvases[0]?.width ?? drawn.width);
  return { kind: "canvas", canvas: drawn, width: drawn.width * scale, height: drawn.height * scale };
}
