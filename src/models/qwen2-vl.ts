/** @file Qwen2-VL (Wang et al. 2024, arXiv 2409.12191): its vision tower, and Qwen2 with positions of three axes. */
import type { Qwen2VlConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { llama } from "./llama.ts";
import { qwen2Vision } from "./qwen2-vision.ts";
import { namesUnder } from "./weight-names.ts";

/** Layouts of transformers since 4.52, and of the published checkpoints. */
const languageNames = namesUnder(["model.language_model.", "model."]);

export function qwen2Vl({ vision, language, imageTokenId }: Qwen2VlConfig): ModelDefinition {
  return {
    architecture: "qwen2-vl",
    vision: qwen2Vision(vision, language.width),
    language: llama(language, { transformer: languageNames, head: namesUnder(["lm_head."]) }),
    imageTokenId,
    // Rotary frequencies are computed.
    unread: [/\.rotary_(pos_)?emb\.(inv_freq|original_inv_freq)$/],
  };
}
