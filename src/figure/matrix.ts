/** @file The matrix of layers and heads: one value a cell, as SVG. */
import { hexColor, type ValueRange } from "./color-map.ts";
import { figureColors, formatShare, textSize } from "./figure-style.ts";
import type { Ramp } from "./legend.ts";
import type { Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

/** One value for each layer and head. */
export interface LayerHeadValues {
  readonly layers: number;
  readonly heads: number;
  /** [layers, heads] row-major. */
  readonly values: ArrayLike<number>;
}

/** A place in the matrix. */
export interface LayerHead {
  readonly layer: number;
  readonly head: number;
}

/** Side of a cell that fits the matrix into `width` and `height` pixels: a whole number, 3 to 64. */
export function matrixCellSize(
  { layers, heads }: { readonly layers: number; readonly heads: number },
  { width, height }: { readonly width: number; readonly height: number },
): number {
  return Math.max(3, Math.min(64, Math.floor(Math.min(width / Math.max(1, heads), height / Math.max(1, layers)))));
}

/** Every how many rows or columns a label has room. */
function labelStep(count: number, cellSize: number): number {
  const room = 22;
  return [1, 2, 4, 8, 16, 32, 64].find((step) => step * cellSize >= room || step >= count) ?? 128;
}

/** The labels of an axis: every n-th number, and the last if it does not touch its neighbor. */
function labelsOf(count: number, cellSize: number): number[] {
  const step = labelStep(count, cellSize);
  const labels = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  if ((count - 1 - labels.at(-1)!) * cellSize >= 22) labels.push(count - 1);
  return labels;
}

export interface MatrixDrawing {
  readonly matrix: LayerHeadValues;
  readonly ramp: Ramp;
  readonly range: ValueRange;
  readonly selected: LayerHead | null;
  /** Side of a cell, in pixels. */
  readonly cellSize: number;
  /** Mean of each layer as a bar at the right, with this title; null for none. */
  readonly layerMeans: { readonly title: string; readonly color: string } | null;
}

const gutter = 34;
const meansWidth = 110;
const meansGap = 12;

/** Width of what stands beside the cells of a matrix with means, in pixels. */
export const besideCells = gutter + meansGap + meansWidth;

function drawLayerMeans({ matrix, cellSize, layerMeans }: MatrixDrawing, left: number, painter: TextPainter): string {
  if (!layerMeans) return "";
  const { layers, heads, values } = matrix;
  const means = Array.from({ length: layers }, (_, layer) => {
    let sum = 0;
    for (let head = 0; head < heads; head++) sum += values[layer * heads + head]!;
    return sum / heads;
  });
  const largest = Math.max(...means);
  const labels = new Set(labelsOf(layers, cellSize));
  const length = 62;
  const bars = means.map((mean, layer) => {
    const height = Math.max(1, Math.min(12, cellSize - 1));
    const middle = (layer + 0.5) * cellSize;
    const width = largest > 0 ? (mean / largest) * length : 0;
    return [
      element("rect", { x: left, y: middle - height / 2, width, height, fill: layerMeans.color }),
      labels.has(layer)
        ? painter.mark(formatShare(mean), {
            x: left + width + 6,
            y: middle + 4,
            size: textSize.tick,
            fill: figureColors.inkThird,
          })
        : "",
    ].join("");
  });
  const title = painter.mark(layerMeans.title, {
    x: left,
    y: layers * cellSize + 16,
    size: textSize.tick,
    fill: figureColors.inkThird,
  });
  return bars.join("") + title;
}

/** Layers from 0 at the top, heads from 0 at the left; a cell is tinted by its value. */
export function drawMatrix(drawing: MatrixDrawing, painter: TextPainter): Drawing {
  const { matrix, ramp, range, selected, cellSize, layerMeans } = drawing;
  const { layers, heads, values } = matrix;
  const gap = cellSize >= 8 ? 1 : 0;
  const pieces: string[] = [];
  const span = range.max - range.min || 1;
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      const position = (values[layer * heads + head]! - range.min) / span;
      pieces.push(
        element("rect", {
          x: gutter + head * cellSize,
          y: layer * cellSize,
          width: cellSize - gap,
          height: cellSize - gap,
          fill: hexColor(ramp(position > 0 ? Math.min(1, position) : 0)),
        }),
      );
    }
  }
  const label = { size: textSize.tick, fill: figureColors.inkThird } as const;
  for (const layer of labelsOf(layers, cellSize)) {
    const y = (layer + 0.5) * cellSize + 4;
    pieces.push(painter.mark(String(layer), { x: gutter - 8, y, anchor: "end", ...label }));
  }
  const below = layers * cellSize + 14;
  for (const head of labelsOf(heads, cellSize)) {
    const x = gutter + (head + 0.5) * cellSize;
    pieces.push(painter.mark(String(head), { x, y: below, anchor: "middle", ...label }));
  }
  pieces.push(
    painter.mark("layer", { x: 0, y: below + 16, ...label }),
    painter.mark("head", { x: gutter + (heads * cellSize) / 2, y: below + 16, anchor: "middle", ...label }),
  );
  if (selected) {
    const box = { x: gutter + selected.head * cellSize, y: selected.layer * cellSize, side: cellSize - gap };
    for (const [outset, stroke, width] of [
      [1, figureColors.paper, 5],
      [1, figureColors.ink, 2],
    ] as const) {
      pieces.push(
        element("rect", {
          x: box.x - outset,
          y: box.y - outset,
          width: box.side + 2 * outset,
          height: box.side + 2 * outset,
          fill: "none",
          stroke,
          "stroke-width": width,
        }),
      );
    }
  }
  const right = gutter + heads * cellSize + meansGap;
  pieces.push(drawLayerMeans(drawing, right, painter));
  return { svg: pieces.join(""), width: right + (layerMeans ? meansWidth : 0), height: below + 20 };
}
