/**
 * @file InternVL (Chen et al. 2024, arXiv 2404.16821; Zhu et al. 2025, arXiv 2504.10479), as transformers has it: a picture as tiles and,
 * behind them, as a whole, and an image token for each square of patches.
 */
import type { InternVlConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import { activate } from "./blocks/activation.ts";
import { patchesPerSide } from "./blocks/patch-embedding.ts";
import type { ModelDefinition } from "./definition.ts";
import { internVlEmbedding, internVlFinalNorm, internVlLayer } from "./internvl-vision.ts";
import { llavaLanguage, projectorNames, unreadOfLanguage } from "./llava-parts.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { cellsOf, gridOfView, requireLayout, requireView, squareView, tilesOfView } from "./square-tower.ts";
import { layerNorm, linear, within } from "./weight-names.ts";

/** Epsilon of the projector's norm; no field of the configuration. */
const projectorEpsilon = 1e-5;

/** One tile as an input of the tower: its rows are squares of patches, row by row; the class token is left out. */
function towerInput({ vision, mergeSize }: InternVlConfig): TowerInput {
  const { channels, imageSize } = vision;
  const side = patchesPerSide(vision);
  const merged = side / mergeSize;
  const within = cellsOf(0, { rows: mergeSize, cols: mergeSize });
  return {
    dims: [channels, imageSize, imageSize],
    tokens: 1 + side * side,
    feeds: new Map(),
    rowTokens: cellsOf(0, { rows: merged, cols: merged }).map(({ row, col }) =>
      within.map((patch) => 1 + (row * mergeSize + patch.row) * side + col * mergeSize + patch.col),
    ),
  };
}

/** A grid for each tile, and the marks around all of them in the prompt. */
function planPicture(config: InternVlConfig, input: TowerInput, layout: PictureLayout): PicturePlan {
  const { imageSize, patchSize } = config.vision;
  const merged = patchesPerSide(config.vision) / config.mergeSize;
  const covered = patchesPerSide(config.vision) * patchSize;
  const tiles = requireLayout(layout, "tiles").views.flatMap(tilesOfView);
  const grids = tiles.map((tile) => {
    requireView(tile, { width: imageSize, height: imageSize });
    return gridOfView(tile, { width: covered, height: covered }, { rows: merged, cols: merged });
  });
  const imageTokens = grids
    .flatMap((grid, index) => cellsOf(index, grid))
    .map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] }));
  return {
    inputs: tiles.map(() => input),
    grids,
    imageTokens,
    prompt: [
      { special: "start_image_token", byDefault: "<img>" },
      { imageTokens: imageTokens.length },
      { special: "end_image_token", byDefault: "</img>" },
    ],
  };
}

/** hidden [1 + patches, width] -> the channels of each square of patches, row by row, [image tokens, width * mergeSize ** 2]. */
function features(g: GraphBuilder, hidden: Value, { vision, mergeSize }: InternVlConfig): Value {
  const side = patchesPerSide(vision);
  const merged = side / mergeSize;
  const patches = g.slice(hidden, { axis: 0, start: 1, end: 1 + side * side });
  const squares = g.reshape(patches, [merged, mergeSize, merged, mergeSize, vision.width]);
  const together = g.transpose(squares, [0, 2, 1, 3, 4]);
  return g.site("vision.features", g.reshape(together, [merged * merged, mergeSize ** 2 * vision.width]));
}

function projector(
  g: GraphBuilder,
  rows: Value,
  { vision, mergeSize, language, projector: own }: InternVlConfig,
): Value {
  const from = vision.width * mergeSize ** 2;
  const to = language.width;
  const normed = layerNorm(g, rows, {
    names: within(projectorNames, "layer_norm."),
    width: from,
    epsilon: projectorEpsilon,
  });
  const wide = linear(g, normed, { names: within(projectorNames, "linear_1."), from, to, bias: true });
  const active = activate(g, own.activation, wide);
  return linear(g, active, { names: within(projectorNames, "linear_2."), from: to, to, bias: true });
}

export function internVl(config: InternVlConfig): ModelDefinition {
  const { vision, visionFeatureLayer: layer } = config;
  const tile = { ...squareView(vision.imageSize), tiles: { rows: 1, cols: 1 } };
  const input = towerInput(config);
  // Only "the last" means the tower's own output; an index counts the states before its norm.
  const isNormed = vision.finalNorm && layer === -1;
  return {
    architecture: "internvl",
    vision: {
      config: vision,
      classToken: true,
      featureLayer: layer < 0 ? vision.layers + 1 + layer : layer,
      smallest: { kind: "tiles", views: [tile], source: tile },
      plan: (layout) => planPicture(config, input, layout),
      embedding: (g, pixels) => internVlEmbedding(g, pixels, vision),
      layer: (g, hidden, { index }) => internVlLayer(g, hidden, { config: vision, index }),
      projection(g, hidden) {
        const rows = features(g, isNormed ? internVlFinalNorm(g, hidden, vision) : hidden, config);
        return g.site("projector.output", projector(g, rows, config));
      },
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, /vision_tower\.embeddings\.mask_token$/, /vision_tower\.layernorm\.(weight|bias)$/],
  };
}
