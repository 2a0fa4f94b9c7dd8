/** @file Reads the config.json of `InternVLForConditionalGeneration` (transformers' `InternVLConfig`). */
import { z } from "zod";
import type { InternVlConfig, InternVlVisionConfig } from "../types.ts";
import { internVlDefaults as defaults, internVlVisionDefaults as visionDefaults } from "./defaults.ts";
import {
  activation,
  epsilon,
  fieldPath,
  fields,
  flag,
  layers,
  parseSection,
  positive,
  text,
  tokenId,
  width,
  type SectionPlace,
} from "./fields.ts";
import { internVlFields, internVlVisionFields } from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import { featureLayer } from "./llava.ts";
import { given, requireHiddenState, warnBeside, warnOfFlags } from "./sections.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";
import { towerSizes, rgbChannels, side } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const schema = fields({
  vision_config: section.nullish().transform((config) => config ?? {}),
  text_config: section.nullish().transform((config) => config ?? {}),
  image_token_id: tokenId.default(defaults.image_token_id),
  downsample_ratio: positive.default(defaults.downsample_ratio),
  projector_hidden_act: activation.prefault(defaults.projector_hidden_act),
  vision_feature_layer: featureLayer.prefault(defaults.vision_feature_layer),
  vision_feature_select_strategy: z
    .literal("default", "default (the class token is always dropped)")
    .default(defaults.vision_feature_select_strategy),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
});

const visionSchema = fields({
  model_type: z.literal("internvl_vision", "internvl_vision").nullish(),
  hidden_size: width.default(visionDefaults.hidden_size),
  intermediate_size: width.default(visionDefaults.intermediate_size),
  num_hidden_layers: layers.default(visionDefaults.num_hidden_layers),
  num_attention_heads: width.default(visionDefaults.num_attention_heads),
  num_channels: rgbChannels.default(visionDefaults.num_channels),
  image_size: side.prefault(visionDefaults.image_size),
  patch_size: side.prefault(visionDefaults.patch_size),
  hidden_act: activation.prefault(visionDefaults.hidden_act),
  layer_norm_eps: epsilon.default(visionDefaults.layer_norm_eps),
  attention_bias: flag.default(visionDefaults.attention_bias),
  use_qk_norm: flag.default(visionDefaults.use_qk_norm),
  norm_type: z.enum(["layer_norm", "rms_norm"], "layer_norm or rms_norm").default(visionDefaults.norm_type),
  use_absolute_position_embeddings: flag.default(visionDefaults.use_absolute_position_embeddings),
  use_mean_pooling: flag.default(visionDefaults.use_mean_pooling),
});

/** Reads an InternVL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readInternVlConfig(json: Section, place: ReadPlace): InternVlConfig {
  const model = parseSection(schema, json, place);
  const vision = readVision(model.vision_config, { ...place, section: "vision_config" });
  const textPlace = { ...place, section: "text_config" };
  const { language, values } = readLanguageConfig(model.text_config, textPlace, { byDefault: "qwen2" });
  requireHiddenState(vision, model.vision_feature_layer, place);
  warnBeside(json, { ...place, className: "InternVLConfig", fields: internVlFields }, [
    values,
    {
      name: "vision_config",
      fields: internVlVisionFields,
      values: { ...visionDefaults, ...given(model.vision_config) },
    },
  ]);
  warnOfFlags(json, model.text_config, place);
  return {
    architecture: "internvl",
    vision,
    // Published files say that they are tied and hold a head of their own; a stored head decides.
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || model.tie_word_embeddings },
    projector: { activation: model.projector_hidden_act },
    visionFeatureLayer: model.vision_feature_layer,
    mergeSize: mergeSizeOf(model.downsample_ratio, vision, place),
    imageTokenId: model.image_token_id,
  };
}

/** Patches per side of the square that becomes an image token. */
function mergeSizeOf(ratio: number, { imageSize, patchSize }: InternVlVisionConfig, place: SectionPlace): number {
  const merge = 1 / ratio;
  const patches = Math.floor(imageSize / patchSize);
  if (Number.isInteger(merge) && patches % merge === 0) return merge;
  throw new Error(
    `${place.file}: ${fieldPath(place, "downsample_ratio")} is ${ratio}, but 1 / downsample_ratio must be a whole number that divides the patches per side, ${patches}.`,
  );
}

function readVision(given: Section, place: ReadPlace): InternVlVisionConfig {
  const tower = parseSection(visionSchema, given, place);
  warnUnknownFields(given, internVlVisionFields, { ...place, className: "InternVLVisionConfig" });
  return {
    kind: "internvl",
    ...towerSizes(tower, place),
    attentionBias: tower.attention_bias,
    queryKeyNorm: tower.use_qk_norm,
    norm: tower.norm_type === "rms_norm" ? "rms" : "layer",
    positions: tower.use_absolute_position_embeddings,
    finalNorm: !tower.use_mean_pooling,
  };
}
