/** @file SigLIP vision tower (Zhai et al. 2023, arXiv 2303.15343): patches only, learned positions, no class token. */
import type { VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { patchEmbedding, patchesPerSide } from "./blocks/patch-embedding.ts";
import { within, type NamesOf } from "./weight-names.ts";

/** pixels [channels, height, width] -> hidden [patches, width]. */
export function siglipVisionEmbedding(
  g: GraphBuilder,
  pixels: Value,
  { config, names }: { config: VisionConfig; names: NamesOf },
): Value {
  const positions = g.weight(names("embeddings.position_embedding.weight"), [
    patchesPerSide(config) ** 2,
    config.width,
  ]);
  return g.add(
    patchEmbedding(g, pixels, { config, names: within(names, "embeddings.patch_embedding."), bias: true }),
    positions,
  );
}
