/** @file Cuts a picture into patches and projects each: a convolution whose stride is its kernel, written as a matrix product. */
import type { VisionConfig } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import type { NamesOf } from "../weight-names.ts";

/** Patches per side of the input; what is left over at the right and at the bottom is cut off, as a convolution does. */
export function patchesPerSide({ imageSize, patchSize }: Pick<VisionConfig, "imageSize" | "patchSize">): number {
  return Math.floor(imageSize / patchSize);
}

/** Pixels [channels, height, width] of any size -> [patches, width of the tower], patches row by row. */
export function patchEmbedding(
  g: GraphBuilder,
  pixels: Value,
  {
    config: { channels, patchSize, width },
    names,
    bias,
  }: { config: Pick<VisionConfig, "channels" | "patchSize" | "width">; names: NamesOf; bias: boolean },
): Value {
  const [, height, across] = pixels.dims as [number, number, number];
  const [rows, cols] = [Math.floor(height / patchSize), Math.floor(across / patchSize)];
  const cut = (x: Value, axis: number, used: number) =>
    x.dims[axis] === used ? x : g.slice(x, { axis, start: 0, end: used });

  const whole = cut(cut(pixels, 1, rows * patchSize), 2, cols * patchSize);
  const blocks = g.reshape(whole, [channels, rows, patchSize, cols, patchSize]);
  const patchLength = channels * patchSize * patchSize;
  const patches = g.reshape(g.transpose(blocks, [1, 3, 0, 2, 4]), [rows * cols, patchLength]);
  const kernel = g.weight(names("weight"), [width, channels, patchSize, patchSize], [width, patchLength]);
  return g.linear(patches, kernel, bias ? g.weight(names("bias"), [width]) : undefined);
}
