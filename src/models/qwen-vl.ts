/**
 * @file Qwen2-VL (Wang et al. 2024, arXiv 2409.12191), Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923) and Qwen3-VL (Bai et al. 2025, arXiv
 * 2511.21631): their vision towers, and Qwen2 or Qwen3 with positions of three axes.
 */
import type { Qwen25VlConfig, Qwen2VlConfig, Qwen3VlConfig } from "../checkpoint/types.ts";
import { decoder } from "./decoder.ts";
import type { ModelDefinition, VisionDefinition } from "./definition.ts";
import { qwen3Tower } from "./qwen3-tower.ts";
import { qwen25Tower, qwen2Tower } from "./qwen2-towers.ts";
import { namesUnder } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
const languageNames = namesUnder(["model.language_model.", "model."]);

function withLanguage(
  { architecture, language, imageTokenId }: Qwen2VlConfig | Qwen25VlConfig | Qwen3VlConfig,
  vision: VisionDefinition,
): ModelDefinition {
  return {
    architecture,
    vision,
    language: decoder(language, { transformer: languageNames, head: namesUnder(["lm_head."]) }),
    imageTokenId,
    // Rotary frequencies are computed; a merger may read a layer that the tower does not have.
    unread: [/\.rotary_(pos_)?emb\.(inv_freq|original_inv_freq)$/, /\.deepstack_merger_list\./],
  };
}

export function qwen2Vl(config: Qwen2VlConfig): ModelDefinition {
  return withLanguage(config, qwen2Tower(config.vision, config.language.width));
}

export function qwen25Vl(config: Qwen25VlConfig): ModelDefinition {
  return withLanguage(config, qwen25Tower(config.vision, config.language.width));
}

export function qwen3Vl(config: Qwen3VlConfig): ModelDefinition {
  return withLanguage(config, qwen3Tower(config.vision, config.language));
}
