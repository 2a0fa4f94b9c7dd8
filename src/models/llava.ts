/** @file LLaVA (Liu et al. 2023, arXiv 2304.08485 and 2310.03744): vision tower, two-layer projector, language model. */
import type { LlavaConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, unreadOfLanguage } from "./llava-parts.ts";
import { onePerPatch, squareTower, squareView, unreadOfTower } from "./square-tower.ts";

/** Throws an Error if the configuration asks for a feature selection that does not give one image token per patch. */
export function llava(config: LlavaConfig): ModelDefinition {
  const tower = squareTower(config);
  return {
    architecture: "llava",
    vision: {
      ...tower,
      smallest: { kind: "whole", views: [squareView(tower.pixels)] },
      plan: (layout) => onePerPatch(tower, layout),
      projection: (g, hidden) => llavaProjector(g, tower.features(g, hidden), config),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
