/**
 * @file LLaVA-NeXT (Liu et al. 2024, "LLaVA-NeXT: Improved reasoning, OCR, and world knowledge"): LLaVA over the whole picture and over
 * tiles of it, without the rows and columns of padding, and with a learned token at the end of each row.
 */
import type { LlavaNextConfig } from "../checkpoint/types.ts";
import { planAnyResolution } from "./any-resolution.ts";
import type { ModelDefinition } from "./definition.ts";
import { llavaLanguage, llavaProjector, newlineRow, unreadOfLanguage } from "./llava-parts.ts";
import { squareTower, squareView, unreadOfTower } from "./square-tower.ts";

/** Throws an Error if the configuration asks for a feature selection that does not give one row per patch. */
export function llavaNext(config: LlavaNextConfig): ModelDefinition {
  const tower = squareTower(config);
  const tile = { ...squareView(tower.pixels), tiles: { rows: 1, cols: 1 } };
  return {
    architecture: "llava-next",
    vision: {
      ...tower,
      smallest: { kind: "tiles", views: [tile, tile], source: tile },
      plan: (layout) => planAnyResolution(tower, layout),
      projection: (g, hidden) => llavaProjector(g, tower.features(g, hidden), config),
      learnedRows: (g) => newlineRow(g, config),
    },
    language: llavaLanguage(config),
    imageTokenId: config.imageTokenId,
    unread: [unreadOfLanguage, ...unreadOfTower],
  };
}
