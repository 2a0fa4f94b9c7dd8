/** @file The matrix of layers and heads as a picture for exports. */
import type { Drawing } from "../figures/figure.ts";
import { imageOf, matrixPixels } from "./matrix-texture.ts";
import type { MatrixContents } from "./matrix-texture.ts";

/** Draws the matrix on a canvas of its own; an empty one while there is nothing to draw. */
export function matrixImage(contents: MatrixContents | undefined): Drawing {
  const canvas = document.createElement("canvas");
  if (!contents) return { kind: "canvas", canvas, width: canvas.width, height: canvas.height };
  const { width, height, scale } = contents.layout;
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(imageOf(matrixPixels(contents), width, height), 0, 0);
  return { kind: "canvas", canvas, width: width / scale, height: height / scale };
}
