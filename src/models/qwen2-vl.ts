/**
 * @file Qwen2-VL (Wang et al. 2024, arXiv 2409.12191) and Qwen2.5-VL (Bai et al. 2025, arXiv 2502.13923): their vision towers, and Qwen2
 * with positions of three axes.
 */
import type { Qwen25VlConfig, Qwen2VlConfig } from "../checkpoint/types.ts";
import { decoder } from "./decoder.ts";
import type { ModelDefinition, VisionDefinition } from "./definition.ts";
import { qwen25Vision, qwen2Vision } from "./qwen2-vision.ts";
import { namesUnder } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
const languageNames = namesUnder(["model.language_model.", "model."]);

function withLanguage(
  { architecture, language, imageTokenId }: Qwen2VlConfig | Qwen25VlConfig,
  vision: VisionDefinition,
): ModelDefinition {
  return {
    architecture,
    vision,
    language: decoder(language, { transformer: languageNames, head: namesUnder(["lm_head."]) }),
    imageTokenId,
    // Rotary frequencies are computed.
    unread: [/\.rotary_(pos_)?emb\.(inv_freq|original_inv_freq)$/],
  };
}

export function qwen2Vl(config: Qwen2VlConfig): ModelDefinition {
  return withLanguage(config, qwen2Vision(config.vision, config.language.width));
}

export function qwen25Vl(config: Qwen25VlConfig): ModelDefinition {
  return withLanguage(config, qwen25Vision(config.vision, config.language.width));
}
