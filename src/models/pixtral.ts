/**
 * @file Pixtral (Agrawal et al. 2024, arXiv 2410.07073) as transformers has it in LLaVA, and Mistral 3: pictures of their own size, with a
 * token after each row of image tokens.
 */
import type { PixtralConfig } from "../checkpoint/types.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { PictureLayout } from "../image/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, projectorNames, unreadOfLanguage } from "./llava-parts.ts";
import { patchSquares, pixtralEmbedding, pixtralLayer, positionFeeds, rmsNorm } from "./pixtral-vision.ts";
import type { PicturePlan, TowerInput } from "./plan.ts";
import { cellsOf, gridOfView, requireLayout, squareView } from "./square-tower.ts";
import { linear, within } from "./weight-names.ts";

interface Sides {
  readonly rows: number;
  readonly cols: number;
}

/** Rows and columns of squares of a side in a picture; what is left over at the right and at the bottom has none. */
function sidesIn({ width, height }: { readonly width: number; readonly height: number }, side: number): Sides {
  return { rows: Math.floor(height / side), cols: Math.floor(width / side) };
}

/** A picture as an input of the tower: its rows are the patches, or squares of them, row by row. */
function towerInput(
  { vision }: PixtralConfig,
  { width, height, merge }: { readonly width: number; readonly height: number; readonly merge: number },
): TowerInput {
  const patches = sidesIn({ width, height }, vision.patchSize);
  const inside = cellsOf(0, { rows: merge, cols: merge });
  const squares = cellsOf(0, sidesIn({ width, height }, vision.patchSize * merge));
  return {
    dims: [vision.channels, height, width],
    tokens: patches.rows * patches.cols,
    feeds: positionFeeds(vision, cellsOf(0, patches)),
    rowTokens: squares.map((square) =>
      inside.map(({ row, col }) => (square.row * merge + row) * patches.cols + square.col * merge + col),
    ),
  };
}

/** One grid over the picture; a token ends each row in the prompt, another one the last. */
function planPicture(config: PixtralConfig, layout: PictureLayout): PicturePlan {
  const [view] = requireLayout(layout, "native").views;
  const merge = config.merger?.size ?? 1;
  const unit = config.vision.patchSize * merge;
  const sides = sidesIn(view, unit);
  const { rows, cols } = sides;
  if (rows === 0 || cols === 0) {
    throw new Error(
      `vision: the picture becomes ${view.width} x ${view.height} pixels, but an image token takes ${unit} x ${unit}; give a larger picture.`,
    );
  }
  const grid = gridOfView(view, { width: cols * unit, height: rows * unit }, sides);
  return {
    inputs: [towerInput(config, { width: view.width, height: view.height, merge })],
    grids: [grid],
    imageTokens: cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: Array.from({ length: rows }, (_, row) => [
      { imageTokens: cols },
      row === rows - 1
        ? { special: "image_end_token", byDefault: "[IMG_END]" }
        : { special: "image_break_token", byDefault: "[IMG_BREAK]" },
    ]).flat(),
  };
}

/** Normalizes patches and makes one row of each square of them, of the tower's width. */
function mergePatches(
  g: GraphBuilder,
  hidden: Value,
  { config, pixelDims }: { config: PixtralConfig; pixelDims: readonly number[] },
): Value {
  const { merger, vision } = config;
  if (merger === null) return hidden;
  const { size, rmsNormEps: epsilon } = merger;
  const [, height, width] = pixelDims as [number, number, number];
  const normed = rmsNorm(g, hidden, { names: within(projectorNames, "norm."), epsilon });
  const squares = patchSquares(g, normed, { ...sidesIn({ width, height }, vision.patchSize), size });
  const merging = within(projectorNames, "patch_merger.merging_layer.");
  return linear(g, squares, { names: merging, from: vision.width * size * size, to: vision.width, bias: false });
}

export function pixtral(config: PixtralConfig): ModelDefinition {
  const { vision, visionFeatureLayer: layer, merger } = config;
  return {
    architecture: "pixtral",
    vision: {
      config: vision,
      classToken: false,
      featureLayer: layer < 0 ? vision.layers + 1 + layer : layer,
      smallest: { kind: "native", views: [squareView(vision.patchSize * (merger?.size ?? 1))] },
      plan: (layout) => planPicture(config, layout),
      embedding: (g, pixels) => pixtralEmbedding(g, pixels, vision),
      layer: (g, hidden, { index, feed }) => pixtralLayer(g, hidden, { config: vision, index, feed }),
      projection: (g, hidden, { pixelDims }) =>
        llavaProjector(g, mergePatches(g, g.site("vision.features", hidden), { config, pixelDims }), config),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    // Rotary frequencies are computed.
    unread: [unreadOfLanguage, /\.patch_positional_embedding\.(inv_freq|original_inv_freq)$/],
  };
}
