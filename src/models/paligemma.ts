/** @file PaliGemma (Beyer et al. 2024, arXiv 2407.07726) and PaliGemma 2 (arXiv 2412.03555): SigLIP, one linear projection, a Gemma. */
import type { PaliGemmaConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, projectorNames, unreadOfLanguage } from "./llava-parts.ts";
import { onePerPatch, squareTower, squareView, unreadOfTower } from "./square-tower.ts";
import { linear, within } from "./weight-names.ts";

export function paliGemma(config: PaliGemmaConfig): ModelDefinition {
  const { vision, language, imageTokenId } = config;
  const tower = squareTower({ vision, visionFeatureLayer: -1, visionFeatureSelect: "full", finalNorm: true });
  const projection = { names: within(projectorNames, "linear."), from: vision.width, to: language.width, bias: true };
  return {
    architecture: "paligemma",
    vision: {
      ...tower,
      smallest: { kind: "whole", views: [squareView(tower.pixels)] },
      plan: (layout) => onePerPatch(tower, layout),
      projection: (g, hidden) => g.site("projector.output", linear(g, tower.features(g, hidden), projection)),
    },
    language: llavaLanguage(config),
    imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
