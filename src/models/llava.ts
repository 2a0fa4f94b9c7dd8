/** @file LLaVA (Liu et al. 2023, arXiv 2304.08485 and 2310.03744): vision tower, two-layer projector, language model. */
import type { LlavaConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { activate } from "./blocks/activation.ts";
import { patchesPerSide } from "./blocks/patch-embedding.ts";
import { visionLayer } from "./blocks/vision-layer.ts";
import { clipVisionEmbedding } from "./clip-vision.ts";
import type { ModelDefinition, VisionDefinition } from "./definition.ts";
import { llama } from "./llama.ts";
import { siglipVisionEmbedding } from "./siglip-vision.ts";
import { linear, namesUnder, within } from "./weight-names.ts";

/** Layouts that transformers has saved: 4.52 to 4.57, then today's and the first published ones. */
const visionNames = namesUnder([
  "model.vision_tower.vision_model.",
  "model.vision_tower.",
  "vision_tower.vision_model.",
  "vision_tower.",
]);
const projectorNames = namesUnder(["model.multi_modal_projector.", "multi_modal_projector."]);
const languageNames = namesUnder(["model.language_model.", "language_model.model.", "model.language_model.model."]);
const headNames = namesUnder(["lm_head.", "language_model.lm_head.", "model.language_model.lm_head."]);

/** Rotary frequencies and position numbers are computed; features are taken before the tower's last norm and its pooling head. */
const unread = [
  /\.rotary_emb\.(inv_freq|original_inv_freq|cos_cached|sin_cached)$/,
  /\.embeddings\.position_ids$/,
  /vision_tower\.(vision_model\.)?post_layernorm\.(weight|bias)$/,
  /vision_tower\.(vision_model\.)?head\./,
];

const towers = {
  clip: { embedding: clipVisionEmbedding, classToken: true },
  siglip: { embedding: siglipVisionEmbedding, classToken: false },
} as const;

function projector(g: GraphBuilder, features: Value, config: LlavaConfig): Value {
  const { bias, activation } = config.projector;
  const first = within(projectorNames, "linear_1.");
  const second = within(projectorNames, "linear_2.");
  const wide = linear(g, features, { names: first, from: config.vision.width, to: config.language.width, bias });
  return linear(g, activate(g, activation, wide), {
    names: second,
    from: config.language.width,
    to: config.language.width,
    bias,
  });
}

function visionTower(config: LlavaConfig): VisionDefinition {
  const { vision } = config;
  const tower = towers[vision.kind];
  const side = patchesPerSide(vision);
  const patches = side * side;
  const tokens = patches + (tower.classToken ? 1 : 0);
  const dropsFirst = config.visionFeatureSelect === "default";
  const layer = config.visionFeatureLayer;
  const featureLayer = layer < 0 ? vision.layers + 1 + layer : layer;
  if (dropsFirst !== tower.classToken) {
    throw new Error(
      `config.json: vision_feature_select_strategy is "${config.visionFeatureSelect}", but a ${vision.kind} tower needs "${tower.classToken ? "default" : "full"}" to give one image token per patch.`,
    );
  }
  return {
    config: vision,
    classToken: tower.classToken,
    grid: { rows: side, cols: side },
    gridPixels: { width: side * vision.patchSize, height: side * vision.patchSize },
    tokens,
    featureLayer,
    embedding: (g, pixels) =>
      g.site("vision.embedding", tower.embedding(g, pixels, { config: vision, names: visionNames })),
    layer: (g, hidden, index) => visionLayer(g, hidden, { config: vision, names: visionNames, index }),
    projection(g, hidden) {
      const kept = tower.classToken ? g.slice(hidden, { axis: 0, start: 1, end: tokens }) : hidden;
      return g.site("projector.output", projector(g, g.site("vision.features", kept), config));
    },
  };
}

/** Throws where the configuration asks for a feature selection that does not give one image token per patch. */
export function llava(config: LlavaConfig): ModelDefinition {
  return {
    architecture: "llava",
    vision: visionTower(config),
    language: llama(config.language, { transformer: languageNames, head: headNames }),
    imageTokenId: config.imageTokenId,
    unread,
  };
}
