/** @file Cuts a picture into patches and projects each: a convolution whose stride is its kernel, written as a matrix product. */
import type { VisionConfig } from "../../checkpoint/types.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import type { NamesOf } from "../weight-names.ts";

/** Patches per side of the input; what is left over at the right and at the bottom is cut off, as a convolution does. */
export function patchesPerSide({ imageSize, patchSize }: Pick<VisionConfig, "imageSize" | "patchSize">): number {
  return Math.floor(imageSize / patchSize);
}

/** pixels [channels, height, width] -> [patches, width of the tower], patches row by row. */
export function patchEmbedding(
  g: GraphBuilder,
  pixels: Value,
  {
    config,
    names,
    bias,
  }: {
    config: Pick<VisionConfig, "channels" | "patchSize" | "imageSize" | "width">;
    /** Of the parts of the embedding. */
    names: NamesOf;
    bias: boolean;
  },
): Value {
  const { channels, patchSize, imageSize, width } = config;
  const side = patchesPerSide(config);
  const used = side * patchSize;
  const cut = (x: Value, axis: number) => (used === imageSize ? x : g.slice(x, { axis, start: 0, end: used }));

  const blocks = g.reshape(cut(cut(pixels, 1), 2), [channels, side, patchSize, side, patchSize]);
  const patchLength = channels * patchSize * patchSize;
  const rows = g.reshape(g.transpose(blocks, [1, 3, 0, 2, 4]), [side * side, patchLength]);
  const kernel = g.weight(
    names("patch_embedding.weight"),
    [width, channels, patchSize, patchSize],
    [width, patchLength],
  );
  return g.linear(rows, kernel, bias ? g.weight(names("patch_embedding.bias"), [width]) : undefined);
}
