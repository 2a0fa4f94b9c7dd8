/** @file Llama 3.2 Vision ("The Llama 3 Herd of Models", arXiv 2407.21783, section 7): its tower over tiles, and a Llama that attends to it. */
import type { MllamaConfig } from "../checkpoint/types.ts";
import type { ModelDefinition } from "./definition.ts";
import { languageParts, unreadOfLanguage } from "./llava-parts.ts";
import { mllamaLanguage } from "./mllama-language.ts";
import { mllamaVision } from "./mllama-vision.ts";

export function mllama({ vision, language, imageTokenId }: MllamaConfig): ModelDefinition {
  return {
    architecture: "mllama",
    vision: mllamaVision(vision, language.width),
    language: mllamaLanguage(language, languageParts),
    imageTokenId,
    unread: [unreadOfLanguage],
  };
}
