/**
 * @file LLaVA-OneVision (Li et al. 2024, arXiv 2408.03326): LLaVA-NeXT whose tiles are resized to a limited number of features. Several
 * pictures in one prompt are taken as wholes, each with one token at its end.
 */
import type { LlavaOnevisionConfig } from "../checkpoint/types.ts";
import { planAnyResolution, planWholeWithNewline } from "./any-resolution.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, newlineRow, unreadOfLanguage } from "./llava-parts.ts";
import { squareTower, squareView, unreadOfTower } from "./square-tower.ts";

/** Throws an Error if the configuration asks for a feature selection that does not give one row per patch. */
export function llavaOnevision(config: LlavaOnevisionConfig): ModelDefinition {
  const tower = squareTower(config);
  const tile = { ...squareView(tower.pixels), tiles: { rows: 1, cols: 1 } };
  return {
    architecture: "llava-onevision",
    vision: {
      ...tower,
      smallest: { kind: "tiles", views: [tile, tile], source: tile },
      plan: (layout) =>
        layout.kind === "whole"
          ? planWholeWithNewline(tower, layout)
          : planAnyResolution(tower, layout, config.mostTiles),
      projection: (g, hidden) => llavaProjector(g, tower.features(g, hidden), config),
      learnedRows: (g) => newlineRow(g, config),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
