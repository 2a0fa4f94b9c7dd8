/** @file Reads the config.json of `LlavaForConditionalGeneration` (transformers' `LlavaConfig`). */
import { z } from "zod";
import { quote } from "../../safetensors/quote.ts";
import type { LanguageConfig, LlavaConfig, VisionConfig } from "../types.ts";
import { llavaDefaults as defaults, llavaVisionConfig } from "./defaults.ts";
import { activation, fieldPath, fields, flag, parseSection, text, tokenId, type SectionPlace } from "./fields.ts";
import { readLlamaConfig } from "./llama.ts";
import { readClipVisionConfig, readSiglipVisionConfig } from "./vision.ts";

type Reader<T> = (section: unknown, place: SectionPlace) => T;

/** Readers of `vision_config` by its `model_type`; the first is the default. */
const visionReaders: Readonly<Record<string, Reader<VisionConfig>>> = {
  clip_vision_model: readClipVisionConfig,
  siglip_vision_model: readSiglipVisionConfig,
};

/** Readers of `text_config` by its `model_type`; the first is the default. */
const languageReaders: Readonly<Record<string, Reader<LanguageConfig>>> = {
  llama: readLlamaConfig,
};

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const schema = fields({
  vision_config: section.nullish().transform((config) => config ?? llavaVisionConfig),
  text_config: section.nullish().transform((config) => config ?? {}),
  image_token_index: tokenId.nullish(),
  image_token_id: tokenId.nullish(),
  projector_hidden_act: activation.prefault(defaults.projector_hidden_act),
  multimodal_projector_bias: flag.default(defaults.multimodal_projector_bias),
  vision_feature_select_strategy: z
    .enum(["default", "full"], "default or full")
    .default(defaults.vision_feature_select_strategy),
  vision_feature_layer: z
    .number("one whole number; a list of layers is not supported yet")
    .int("a whole number")
    .default(defaults.vision_feature_layer),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
});

/** Reads a LLaVA configuration, defaults filled in. Throws one sentence that names the wrong field. */
export function readLlavaConfig(json: unknown, place: SectionPlace): LlavaConfig {
  const llava = parseSection(schema, json, place);
  const vision = readPart(visionReaders, llava.vision_config, { ...place, section: "vision_config" });
  const language = readPart(languageReaders, llava.text_config, { ...place, section: "text_config" });
  checkFeatures(vision, llava, place);
  return {
    architecture: "llava",
    vision,
    // Files differ in which of the two places says that the output shares the input's embeddings.
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || llava.tie_word_embeddings },
    projector: { activation: llava.projector_hidden_act, bias: llava.multimodal_projector_bias },
    visionFeatureLayer: llava.vision_feature_layer,
    visionFeatureSelect: llava.vision_feature_select_strategy,
    imageTokenId: llava.image_token_id ?? llava.image_token_index ?? defaults.image_token_index,
  };
}

function readPart<T>(
  readers: Readonly<Record<string, Reader<T>>>,
  part: { readonly model_type?: string | null },
  place: SectionPlace,
): T {
  const supported = Object.keys(readers);
  const type = part.model_type ?? supported[0]!;
  if (!Object.hasOwn(readers, type)) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "model_type")} is ${quote(type)}; supported are ${supported.join(", ")}.`,
    );
  }
  return readers[type]!(part, place);
}

/** The tower must have the layer that is asked for, and a class token where one is to be dropped. */
function checkFeatures(vision: VisionConfig, llava: z.output<typeof schema>, place: SectionPlace): void {
  const layer = llava.vision_feature_layer;
  const states = vision.layers + 1;
  if (layer < -states || layer >= states) {
    throw new Error(
      `${place.file}: vision_feature_layer is ${layer}, but a tower of ${vision.layers} layers has the hidden states ${-states} to ${states - 1}.`,
    );
  }
  if (vision.kind === "siglip" && llava.vision_feature_select_strategy === "default") {
    throw new Error(
      `${place.file}: vision_feature_select_strategy is "default", which drops the class token, but a SigLIP tower has none; expected "full".`,
    );
  }
}
