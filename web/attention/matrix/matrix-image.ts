/** @file The matrix of layers and heads as a picture for exports: larger than on the page, with the numbers of layers and heads. */
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import type { Drawing } from "../../figures/figure.ts";
import { drawMeans } from "./draw-means.ts";
import { boxOf, labeled, type MatrixLayout } from "./matrix-layout.ts";
import { imageOf, matrixPixels, type MatrixContents } from "./matrix-texture.ts";

/** Device pixels per CSS pixel. */
const sharpness = 2;
/** Room for the numbers, in CSS pixels. */
const left = 26;
const below = 20;
const labelRoom = 22;

/** The layout at another number of device pixels per CSS pixel. */
function sharper({ layers, heads, scrolls, scale, ...sizes }: MatrixLayout): MatrixLayout {
  const to = (pixels: number): number => Math.max(1, Math.round((pixels / scale) * sharpness));
  const cellWidth = to(sizes.cellWidth);
  const cellHeight = to(sizes.cellHeight);
  const gap = to(sizes.gap);
  return {
    layers,
    heads,
    scrolls,
    cellWidth,
    cellHeight,
    gap,
    width: heads * cellWidth + gap * (heads - 1),
    height: layers * cellHeight + gap * (layers - 1),
    scale: sharpness,
  };
}

function writeNumbers(context: CanvasRenderingContext2D, layout: MatrixLayout): void {
  const { layers, heads, cellWidth, cellHeight, gap, height } = layout;
  context.font = `${textSize.tick * sharpness}px Inter, sans-serif`;
  context.fillStyle = figureColors.inkThird;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const layer of labeled(layers, (cellHeight + gap) / sharpness, labelRoom)) {
    const { y } = boxOf(layout, { layer, head: 0 });
    context.fillText(String(layer), (left - 7) * sharpness, y + cellHeight / 2);
  }
  context.textAlign = "center";
  for (const head of labeled(heads, (cellWidth + gap) / sharpness, labelRoom)) {
    const { x } = boxOf(layout, { layer: 0, head });
    context.fillText(String(head), left * sharpness + x + cellWidth / 2, height + (below / 2) * sharpness);
  }
}

/** Draws the matrix on a canvas of its own; an empty one while there is nothing to draw. */
export function matrixImage(contents: MatrixContents | undefined): Drawing {
  const canvas = document.createElement("canvas");
  if (!contents) return { kind: "canvas", canvas, width: canvas.width, height: canvas.height };
  const layout = sharper(contents.layout);
  const sharp = { ...contents, layout };
  const matrix = document.createElement("canvas");
  matrix.width = layout.width;
  matrix.height = layout.height;
  const cells = matrix.getContext("2d")!;
  cells.putImageData(imageOf(matrixPixels(sharp), layout.width, layout.height), 0, 0);
  if (sharp.cells === "means") drawMeans(cells, sharp);
  canvas.width = layout.width + left * sharpness;
  canvas.height = layout.height + below * sharpness;
  const context = canvas.getContext("2d")!;
  context.fillStyle = figureColors.paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(matrix, left * sharpness, 0);
  writeNumbers(context, layout);
  return { kind: "canvas", canvas, width: canvas.width / sharpness, height: canvas.height / sharpness };
}
