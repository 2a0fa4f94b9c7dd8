/** @file What lies over the picture while it is edited: the stroke in progress, or the region. */
import type { PixelBox } from "./pixels.ts";

export interface OverlayOptions {
  /** What is left of the original; the canvas shows this part, one of its pixels a pixel of the canvas. */
  readonly crop: PixelBox;
  /** Pixels of the original in a CSS pixel. */
  readonly pixelsPerPoint: number;
  readonly stroke?: {
    /** In pixels of the original. */
    readonly points: readonly number[];
    readonly size: number;
    /** A color, or the original picture for the eraser. */
    readonly ink: string | CanvasImageSource;
  };
  readonly region?: PixelBox | undefined;
}

function drawStroke(
  context: CanvasRenderingContext2D,
  { points, size, ink }: NonNullable<OverlayOptions["stroke"]>,
): void {
  const style = typeof ink === "string" ? ink : context.createPattern(ink, "no-repeat");
  if (style === null || points.length < 2) return;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = size;
  context.strokeStyle = style;
  context.beginPath();
  context.moveTo(points[0]!, points[1]!);
  // A line of no length is drawn as the dot that its caps make.
  context.lineTo(points[0]!, points[1]!);
  for (let i = 2; i + 1 < points.length; i += 2) context.lineTo(points[i]!, points[i + 1]!);
  context.stroke();
}

/** A dark dashed line on a light one, so that it shows on any picture. */
function drawRegion(context: CanvasRenderingContext2D, { left, top, width, height }: PixelBox, unit: number): void {
  context.strokeStyle = "#fff";
  context.lineWidth = 3 * unit;
  context.strokeRect(left, top, width, height);
  context.setLineDash([5 * unit, 4 * unit]);
  context.strokeStyle = "#111";
  context.lineWidth = 1.4 * unit;
  context.strokeRect(left, top, width, height);
  context.setLineDash([]);
}

/** Draws the overlay anew. */
export function drawOverlay(canvas: HTMLCanvasElement, { crop, pixelsPerPoint, stroke, region }: OverlayOptions): void {
  if (canvas.width !== crop.width) canvas.width = crop.width;
  if (canvas.height !== crop.height) canvas.height = crop.height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.translate(-crop.left, -crop.top);
  if (stroke) drawStroke(context, stroke);
  if (region) drawRegion(context, region, pixelsPerPoint);
}
