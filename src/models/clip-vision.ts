/** @file CLIP vision tower (Radford et al. 2021, arXiv 2103.00020): class token, learned positions, normalized before the layers. */
import type { VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { patchEmbedding, patchesPerSide } from "./blocks/patch-embedding.ts";
import { layerNorm, within, type NamesOf } from "./weight-names.ts";

/** pixels [channels, height, width] -> hidden [1 + patches, width], the class token first. */
export function clipVisionEmbedding(
  g: GraphBuilder,
  pixels: Value,
  { config, names }: { config: VisionConfig; names: NamesOf },
): Value {
  const { width } = config;
  const tokens = patchesPerSide(config) ** 2 + 1;
  const patches = patchEmbedding(g, pixels, {
    config,
    names: within(names, "embeddings.patch_embedding."),
    bias: false,
  });
  const classToken = g.weight(names("embeddings.class_embedding"), [width], [1, width]);
  const positions = g.weight(names("embeddings.position_embedding.weight"), [tokens, width]);
  const embedded = g.add(g.concat([classToken, patches], 0, tokens), positions);
  // The published weights spell this name without the second "e" of "layer".
  return layerNorm(g, embedded, { names: within(names, "pre_layrnorm."), width, epsilon: config.layerNormEps });
}
