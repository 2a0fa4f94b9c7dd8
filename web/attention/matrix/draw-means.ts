/** @file The numbers on the cells of the matrix, where there is room. */
import { inkOn } from "../../../src/figure/color-map.ts";
import { formatShare } from "../../../src/figure/numbers.ts";
import { largestOfAll } from "../head-list.ts";
import { placesOf, type MatrixContents } from "./matrix-texture.ts";

/** Width of a cell in CSS pixels from which a number fits. */
const roomyPx = 36;
const textPx = 11.5;

/** Writes the share of each head on its cell. */
export function drawMeans(context: CanvasRenderingContext2D, { layout, layers, shares, colors }: MatrixContents): void {
  if (layout.cellWidth < roomyPx * layout.scale || layout.cellHeight < (textPx + 2) * layout.scale) return;
  const max = largestOfAll(shares);
  const levels = new Uint8Array(colors.buffer);
  context.font = `500 ${textPx * layout.scale}px Inter, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { row, x, y } of placesOf(layout, layers)) {
    const at = (max > 0 ? Math.min(255, Math.max(0, Math.round((shares[row]! / max) * 255))) : 0) * 4;
    context.fillStyle = inkOn([levels[at]!, levels[at + 1]!, levels[at + 2]!]);
    context.fillText(formatShare(shares[row]!), x + layout.cellWidth / 2, y + layout.cellHeight / 2);
  }
}
