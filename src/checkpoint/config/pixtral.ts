/** @file Reads the config.json of models over a Pixtral tower: a LLaVA configuration with one, and Mistral 3 (`Mistral3Config`). */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { PixtralConfig, PixtralVisionConfig } from "../types.ts";
import {
  llavaDefaults,
  mistral3Defaults,
  mistral3TextConfig,
  mistral3VisionConfig,
  pixtralVisionDefaults as visionDefaults,
} from "./defaults.ts";
import { activation, fieldPath, fields, flag, layers, parseSection, positive, text, tokenId, width } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { llavaFields, mistral3Fields, pixtralVisionFields, type KnownFields } from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import { firstGiven, sourceOrder, warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";
import { rgbChannels, side } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.looseObject({ model_type: text.nullish() }, "an object");
const hiddenState = z.number().int();

const schema = fields({
  vision_config: section.nullish(),
  text_config: section.nullish(),
  image_token_index: tokenId.nullish(),
  image_token_id: tokenId.nullish(),
  projector_hidden_act: activation.prefault(llavaDefaults.projector_hidden_act),
  multimodal_projector_bias: flag.nullish(),
  vision_feature_layer: z
    .union([hiddenState, z.tuple([hiddenState])], "one whole number; a list of several layers is not supported")
    .transform((layer) => (typeof layer === "number" ? layer : layer[0]))
    .nullish(),
  vision_feature_select_strategy: z.enum(["default", "full"], "default or full").nullish(),
  spatial_merge_size: width.default(mistral3Defaults.spatial_merge_size),
  tie_word_embeddings: flag.nullish(),
});

const visionSchema = fields({
  model_type: z.literal("pixtral", "pixtral").nullish(),
  hidden_size: width.default(visionDefaults.hidden_size),
  intermediate_size: width.default(visionDefaults.intermediate_size),
  num_hidden_layers: layers.default(visionDefaults.num_hidden_layers),
  num_attention_heads: width.default(visionDefaults.num_attention_heads),
  num_channels: rgbChannels.default(visionDefaults.num_channels),
  patch_size: side.prefault(visionDefaults.patch_size),
  hidden_act: activation.prefault(visionDefaults.hidden_act),
  rope_theta: positive.nullish(),
  rope_parameters: fields({
    rope_type: z.enum(["default", "axial"], "axial").nullish(),
    rope_theta: positive.nullish(),
  }).nullish(),
});

/** Whether a LLaVA configuration has a Pixtral tower. */
export function hasPixtralTower({ vision_config: vision }: Section): boolean {
  return typeof vision === "object" && vision !== null && (vision as Section).model_type === "pixtral";
}

/** Reads a LLaVA configuration with a Pixtral tower, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaPixtralConfig(json: Section, place: ReadPlace): PixtralConfig {
  const { vision_feature_select_strategy: select } = parseSection(schema, json, place);
  if (select !== "full") {
    throw new Error(
      `${place.file}: vision_feature_select_strategy is ${quote(select ?? llavaDefaults.vision_feature_select_strategy)}, which drops the class token, but a Pixtral tower has none; expected "full".`,
    );
  }
  const own = { className: "LlavaConfig", fields: llavaFields, defaults: llavaDefaults };
  const config = readParts(json, { ...place, ...own, textDefault: { model_type: "llama" } });
  return { ...config, merger: null };
}

/** Reads a Mistral 3 configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readMistral3Config(json: Section, place: ReadPlace): PixtralConfig {
  const own = { className: "Mistral3Config", fields: mistral3Fields, defaults: mistral3Defaults };
  const config = readParts(json, { ...place, ...own, textDefault: mistral3TextConfig });
  const { spatial_merge_size: size } = parseSection(schema, json, place);
  return { ...config, merger: { size, rmsNormEps: config.language.rmsNormEps } };
}

interface ClassPlace extends ReadPlace {
  readonly className: string;
  readonly fields: KnownFields;
  readonly defaults: typeof llavaDefaults | typeof mistral3Defaults;
  /** The `text_config` of a file that has none; its type is that of one that names none. */
  readonly textDefault: Section & { readonly model_type: string };
}

function readParts(
  json: Section,
  { className, fields: own, defaults, textDefault, ...place }: ClassPlace,
): Omit<PixtralConfig, "merger"> {
  const model = parseSection(schema, json, place);
  const visionSection = model.vision_config ?? mistral3VisionConfig;
  const vision = readVision(visionSection, { ...place, section: "vision_config" });
  const textPlace = { ...place, section: "text_config" };
  const { language, values } = readLanguageConfig(model.text_config ?? textDefault, textPlace, {
    byDefault: textDefault.model_type,
  });
  const layer = model.vision_feature_layer ?? defaults.vision_feature_layer;
  const states = vision.layers + 1;
  if (layer < -states || layer >= states) {
    throw new Error(
      `${place.file}: vision_feature_layer is ${layer}, but a tower of ${vision.layers} layers has the hidden states ${-states} to ${states - 1}.`,
    );
  }
  const sections = [
    values,
    { name: "vision_config", fields: pixtralVisionFields, values: { ...visionDefaults, ...visionSection } },
  ];
  const beside = warnBesideSections(json, { own, sections, place });
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
  warnUnknownFields(rest, own, { ...place, className });
  const tied = model.tie_word_embeddings ?? defaults.tie_word_embeddings;
  return {
    architecture: "pixtral",
    vision,
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || tied },
    projector: {
      activation: model.projector_hidden_act,
      bias: model.multimodal_projector_bias ?? defaults.multimodal_projector_bias,
    },
    visionFeatureLayer: layer,
    imageTokenId:
      (firstGiven(json, sourceOrder.imageToken, place)?.value as number | undefined) ?? defaults.image_token_index,
  };
}

function readVision(given: Section, place: ReadPlace): PixtralVisionConfig {
  const tower = parseSection(visionSchema, given, place);
  warnUnknownFields(given, pixtralVisionFields, { ...place, className: "PixtralVisionConfig" });
  const heads = { field: "num_attention_heads", value: tower.num_attention_heads };
  requireMultiple({ field: "hidden_size", value: tower.hidden_size }, heads, place);
  const headWidth = { field: "the width of a head", value: tower.hidden_size / heads.value };
  requireMultiple(headWidth, { field: "the size of a rotated pair", value: 2 }, place);
  const { head_dim: named } = given;
  if (named != null && named !== headWidth.value) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "head_dim")} is ${quote(named)}, but hidden_size and num_attention_heads make heads of ${headWidth.value}; transformers needs the same.`,
    );
  }
  return {
    kind: "pixtral",
    width: tower.hidden_size,
    layers: tower.num_hidden_layers,
    heads: heads.value,
    intermediate: tower.intermediate_size,
    patchSize: tower.patch_size,
    channels: tower.num_channels,
    activation: tower.hidden_act,
    rmsNormEps: visionDefaults.rms_norm_eps,
    ropeTheta: tower.rope_parameters?.rope_theta ?? tower.rope_theta ?? visionDefaults.rope_theta,
  };
}
