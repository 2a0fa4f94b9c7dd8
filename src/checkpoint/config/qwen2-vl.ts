/** @file Reads the config.json of `Qwen2VLForConditionalGeneration` (transformers' `Qwen2VLConfig`), old and new. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig, Qwen2VisionConfig, Qwen2VlConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import {
  qwen2VlDefaults as defaults,
  qwen2VlTextDefaults as textDefaults,
  qwen2VlVisionDefaults as visionDefaults,
} from "./defaults.ts";
import {
  activation,
  count,
  fieldPath,
  fields,
  flag,
  layers,
  parseSection,
  positive,
  text,
  tokenId,
  width,
} from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { qwen2VlFields, qwen2VlTextFields, qwen2VlVisionFields } from "./known-fields.ts";
import { warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";
import { rgbChannels, side } from "./vision.ts";
import { withinWindow } from "./windows.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.record(z.string(), z.unknown(), "an object");

const schema = fields({
  vision_config: section.nullish(),
  /** Published files of before transformers 4.52 have its fields at the top. */
  text_config: section.nullish(),
  image_token_id: tokenId.default(defaults.image_token_id),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
});

const textSchema = fields({
  use_sliding_window: flag.nullable().default(textDefaults.use_sliding_window),
  sliding_window: count.nullable().default(textDefaults.sliding_window),
  max_window_layers: z.union([z.literal(0), count], "a whole number").default(textDefaults.max_window_layers),
  layer_types: z.array(text, "a list of names").nullish(),
});

const visionSchema = fields({
  model_type: z.enum(["qwen2_vl", "qwen2_vl_vision"], "qwen2_vl or qwen2_vl_vision").nullish(),
  depth: layers.default(visionDefaults.depth),
  embed_dim: width.default(visionDefaults.embed_dim),
  hidden_size: width.default(visionDefaults.hidden_size),
  hidden_act: activation.prefault(visionDefaults.hidden_act),
  mlp_ratio: positive.default(visionDefaults.mlp_ratio),
  num_heads: width.default(visionDefaults.num_heads),
  in_channels: rgbChannels.default(visionDefaults.in_channels),
  patch_size: side.prefault(visionDefaults.patch_size),
  spatial_merge_size: width.default(visionDefaults.spatial_merge_size),
  temporal_patch_size: width.default(visionDefaults.temporal_patch_size),
  rope_parameters: fields({
    rope_type: z.enum(["default", "axial"], "axial").nullish(),
    rope_theta: positive.default(visionDefaults.rope_theta),
  }).nullish(),
});

/** Reads a Qwen2-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen2VlConfig(json: Section, place: ReadPlace): Qwen2VlConfig {
  const model = parseSection(schema, json, place);
  const isFlat = model.text_config == null;
  const textPlace = { ...place, section: isFlat ? "" : "text_config" };
  const language = readText(model.text_config ?? json, textPlace);
  const { vision, outputWidth } = readVision(model.vision_config ?? {}, { ...place, section: "vision_config" });
  if (outputWidth !== language.width) {
    throw new Error(
      `${place.file}: vision_config.hidden_size is ${outputWidth}, but it must be ${fieldPath(textPlace, "hidden_size")}, ${language.width}.`,
    );
  }
  if (isFlat) {
    warnUnknownFields(json, { ...qwen2VlTextFields, ...qwen2VlFields }, { ...place, className: "Qwen2VLConfig" });
  } else {
    const values = { ...textDefaults, ...model.text_config };
    const sections = [{ name: "text_config", fields: qwen2VlTextFields, values }];
    const beside = warnBesideSections(json, { own: qwen2VlFields, sections, place });
    const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
    warnUnknownFields(rest, qwen2VlFields, { ...place, className: "Qwen2VLConfig" });
    warnUnknownFields(model.text_config!, qwen2VlTextFields, { ...textPlace, className: "Qwen2VLTextConfig" });
  }
  return {
    architecture: "qwen2-vl",
    vision,
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || model.tie_word_embeddings },
    imageTokenId: model.image_token_id,
  };
}

function readText(given: Section, place: ReadPlace): LanguageConfig {
  const decoder = readDecoder(given, place, { defaults: textDefaults, fields: qwen2VlTextFields });
  const { ropeSections = [], headWidth } = decoder;
  const pairs = ropeSections.reduce((sum, length) => sum + length, 0);
  if (ropeSections.length !== 3 || pairs !== headWidth / 2) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "rope_parameters.mrope_section")} is ${quote(ropeSections)}, but it must be three numbers whose sum is the pairs of a head, ${headWidth / 2}.`,
    );
  }
  return {
    ...withinWindow(decoder, windowOf(given, decoder.layers, place), { place, field: "sliding_window" }),
    attentionBias: true,
    attentionOutputBias: false,
    mlpBias: false,
  };
}

/** The window of the layers that have one; null if none has. */
function windowOf(given: Section, layerCount: number, place: ReadPlace): number | null {
  const model = parseSection(textSchema, given, place);
  const window = model.use_sliding_window === true ? model.sliding_window : null;
  const isSliding = model.layer_types?.includes("sliding_attention") ?? model.max_window_layers < layerCount;
  return isSliding ? window : null;
}

/** Names that older files have beside those of the class, which does not read them: the same number under another name. */
const otherNames = { in_chans: "in_channels", spatial_patch_size: "patch_size" } as const;

function readVision(
  given: Section,
  place: ReadPlace,
): { readonly vision: Qwen2VisionConfig; readonly outputWidth: number } {
  const tower = parseSection(visionSchema, given, place);
  const differing = Object.entries(given).filter(
    ([name, value]) => !(name in otherNames && value === tower[otherNames[name as keyof typeof otherNames]]),
  );
  const className = "Qwen2VLVisionConfig";
  warnUnknownFields(Object.fromEntries(differing), qwen2VlVisionFields, { ...place, className });
  const heads = { field: "num_heads", value: tower.num_heads };
  requireMultiple({ field: "embed_dim", value: tower.embed_dim }, heads, place);
  // Half of the pairs of a head turn with the row, half with the column.
  const headWidth = { field: "the width of a head (embed_dim / num_heads)", value: tower.embed_dim / tower.num_heads };
  requireMultiple(headWidth, { field: "two rotated pairs", value: 4 }, place);
  return {
    vision: {
      kind: "qwen2-vl",
      width: tower.embed_dim,
      layers: tower.depth,
      heads: tower.num_heads,
      intermediate: Math.trunc(tower.embed_dim * tower.mlp_ratio),
      patchSize: tower.patch_size,
      temporalPatchSize: tower.temporal_patch_size,
      mergeSize: tower.spatial_merge_size,
      channels: tower.in_channels,
      activation: tower.hidden_act,
      layerNormEps: visionDefaults.layer_norm_eps,
      ropeTheta: tower.rope_parameters?.rope_theta ?? visionDefaults.rope_theta,
    },
    outputWidth: tower.hidden_size,
  };
}
