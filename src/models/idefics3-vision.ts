/**
 * @file The vision tower of Idefics3 (Laurençon et al. 2024, arXiv 2408.12637) and SmolVLM: SigLIP whose positions follow the place of a
 * patch on its tile, and a connector that makes one image token of each square of patches (pixel shuffle).
 */
import type { VisionConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { patchEmbedding, patchesPerSide } from "./blocks/patch-embedding.ts";
import { placePositions } from "./blocks/place-positions.ts";
import { visionLayer } from "./blocks/vision-layer.ts";
import type { VisionDefinition } from "./definition.ts";
import { layerNorm, linear, namesUnder, within } from "./weight-names.ts";

const names = namesUnder(["model.vision_model."]);
const connectorNames = namesUnder(["model.connector.modality_projection.proj."]);

/** Pixels of a square tile [channels, side, side] -> hidden [patches, width]. */
function embedding(g: GraphBuilder, pixels: Value, config: VisionConfig): Value {
  const side = patchesPerSide(config);
  const patches = Math.floor((pixels.dims[1] as number) / config.patchSize);
  const places = placePositions(patches, side);
  const ids = places.flatMap((row) => places.map((col) => row * side + col));
  const table = g.weight(names("embeddings.position_embedding.weight"), [side * side, config.width]);
  const embedded = patchEmbedding(g, pixels, {
    config,
    names: within(names, "embeddings.patch_embedding."),
    bias: true,
  });
  return g.site("vision.embedding", g.add(embedded, g.gather(table, g.indices(ids), 0)));
}

/** Patches [side * side, width] -> squares of them [(side / scale)^2, scale^2 * width], each row by row. */
function shuffled(g: GraphBuilder, x: Value, scale: number): Value {
  const [patches, width] = x.dims as [number, number];
  const side = Math.sqrt(patches) / scale;
  const apart = g.reshape(x, [side, scale, side, scale * width]);
  return g.reshape(g.transpose(apart, [0, 2, 1, 3]), [side * side, scale * scale * width]);
}

/** The tower with its last norm, and the connector to a language model of width `width`. */
export function idefics3Vision(
  config: VisionConfig,
  { scaleFactor, width }: { readonly scaleFactor: number; readonly width: number },
): Pick<VisionDefinition, "config" | "classToken" | "featureLayer" | "embedding" | "layer" | "projection"> {
  const squareWidth = config.width * scaleFactor ** 2;
  return {
    config,
    classToken: false,
    featureLayer: config.layers,
    embedding: (g, pixels) => embedding(g, pixels, config),
    layer: (g, hidden, { index }) => visionLayer(g, hidden, { config, names, index }),
    projection(g, hidden) {
      const norm = { names: within(names, "post_layernorm."), width: config.width, epsilon: config.layerNormEps };
      const features = g.site("vision.features", layerNorm(g, hidden, norm));
      const squares = shuffled(g, features, scaleFactor);
      return g.site(
        "projector.output",
        linear(g, squares, { names: connectorNames, from: squareWidth, to: width, bias: false }),
      );
    },
  };
}
