/** @file Gemma 3 with pictures (Gemma Team 2025, arXiv 2503.19786): SigLIP, average pooling, and Gemma 3. */
import type { Gemma3Config } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, projectorNames, unreadOfLanguage } from "./llava-parts.ts";
import type { PicturePlan } from "./plan.ts";
import {
  cellsOf,
  gridOfView,
  requireLayout,
  requireView,
  squareTower,
  squareView,
  unreadOfTower,
  type SquareTower,
} from "./square-tower.ts";

/** Image tokens per side: whole squares of patches, from the top left corner. */
function pooledSide({ side }: SquareTower, { poolSize }: Gemma3Config): number {
  return Math.floor(side / poolSize);
}

/** One square, one grid, and an image token for each square of patches. */
function planPicture(tower: SquareTower, config: Gemma3Config, layout: PictureLayout): PicturePlan {
  const [view] = requireLayout(layout, "whole").views;
  requireView(view, { width: tower.pixels, height: tower.pixels });
  const side = pooledSide(tower, config);
  const { poolSize } = config;
  const covered = side * poolSize * config.vision.patchSize;
  const grid = gridOfView(view, { width: covered, height: covered }, { rows: side, cols: side });
  const cells = cellsOf(0, grid);
  const inside = cellsOf(0, { rows: poolSize, cols: poolSize });
  const rowTokens = cells.map(({ row, col }) =>
    inside.map((patch) => (row * poolSize + patch.row) * tower.side + col * poolSize + patch.col),
  );
  return {
    inputs: [{ ...tower.input, rowTokens }],
    grids: [grid],
    imageTokens: cells.map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: [
      { text: "\n\n" },
      { special: "boi_token", byDefault: "<start_of_image>" },
      { imageTokens: cells.length },
      { special: "eoi_token", byDefault: "<end_of_image>" },
      { text: "\n\n" },
    ],
  };
}

/** Means of squares of patches: features [side * side, width] -> [pooled * pooled, width]. */
function averagePool(
  g: GraphBuilder,
  features: Value,
  { tower, config }: { tower: SquareTower; config: Gemma3Config },
) {
  const { poolSize: pool, vision } = config;
  const side = pooledSide(tower, config);
  const kept = { start: 0, end: side * pool };
  const isWhole = kept.end === tower.side;
  const square = g.reshape(features, [tower.side, tower.side, vision.width]);
  const covered = isWhole ? square : g.slice(g.slice(square, { axis: 0, ...kept }), { axis: 1, ...kept });
  const squares = g.reshape(covered, [side, pool, side, pool, vision.width]);
  return g.reshape(g.reduceMean(squares, { axes: [1, 3] }), [side * side, vision.width]);
}

/** Pooled features [tokens, width] -> [tokens, width of the language model]: a norm, and a matrix that is stored as it multiplies. */
function project(g: GraphBuilder, pooled: Value, { vision, language }: Gemma3Config): Value {
  const weight = g.weight(projectorNames("mm_soft_emb_norm.weight"), [vision.width]);
  const normed = g.rmsNorm(pooled, g.add(weight, g.constant([1])), vision.layerNormEps);
  const matrix = g.weight(projectorNames("mm_input_projection_weight"), [vision.width, language.width]);
  return g.site("projector.output", g.gemm(normed, matrix));
}

export function gemma3(config: Gemma3Config): ModelDefinition {
  const { vision, imageTokenId } = config;
  const tower = squareTower({ vision, visionFeatureLayer: -1, visionFeatureSelect: "full", finalNorm: true });
  return {
    architecture: "gemma3",
    vision: {
      ...tower,
      smallest: { kind: "whole", views: [squareView(tower.pixels)] },
      plan: (layout) => planPicture(tower, config, layout),
      projection: (g, hidden) => project(g, averagePool(g, tower.features(g, hidden), { tower, config }), config),
    },
    language: llavaLanguage(config),
    imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
