/** @file LLaVA (Liu et al. 2023, arXiv 2304.08485 and 2310.03744): vision tower, two-layer projector, language model. */
import type { LlavaConfig } from "../checkpoint/types.ts";
import type { PictureLayout } from "../image/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, unreadOfLanguage } from "./llava-parts.ts";
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

/** One square, one grid, and an image token for each patch. */
function planPicture({ side, pixels, covered, input }: SquareTower, layout: PictureLayout): PicturePlan {
  const [view] = requireLayout(layout, "whole").views;
  requireView(view, { width: pixels, height: pixels });
  const grid = gridOfView(view, { width: covered, height: covered }, { rows: side, cols: side });
  return {
    inputs: [input],
    grids: [grid],
    imageTokens: cellsOf(0, grid).map((cell, row) => ({ cell, rows: [{ row, weight: 1 }] })),
    prompt: [{ imageTokens: side * side }],
  };
}

/** Throws an Error if the configuration asks for a feature selection that does not give one image token per patch. */
export function llava(config: LlavaConfig): ModelDefinition {
  const tower = squareTower(config);
  return {
    architecture: "llava",
    vision: {
      ...tower,
      smallest: { kind: "whole", views: [squareView(tower.pixels)] },
      plan: (layout) => planPicture(tower, layout),
      projection: (g, hidden) => llavaProjector(g, tower.features(g, hidden), config),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
