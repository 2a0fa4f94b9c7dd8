/** @file Reads the config.json of LLaVA, LLaVA-NeXT and LLaVA-OneVision (transformers' `LlavaConfig` and its relatives). */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type {
  LanguageConfig,
  LlavaConfig,
  LlavaNextConfig,
  LlavaOnevisionConfig,
  PixtralConfig,
  VisionConfig,
} from "../types.ts";
import {
  clipVisionDefaults,
  llavaDefaults,
  llavaOnevisionDefaults,
  llavaOnevisionVisionConfig,
  llavaVisionConfig,
  siglipVisionDefaults,
} from "./defaults.ts";
import { shownFile } from "../warnings.ts";
import { activation, fieldPath, fields, flag, parseSection, text, tokenId, type SectionPlace } from "./fields.ts";
import {
  clipVisionFields,
  llavaFields,
  llavaNextFields,
  llavaOnevisionFields,
  siglipVisionFields,
  type KnownFields,
} from "./known-fields.ts";
import { hasPixtralTower, readLlavaPixtralConfig } from "./pixtral.ts";
import { readLanguageConfig } from "./language.ts";
import { given, requireHiddenState, warnBeside, warnOfFlags } from "./sections.ts";
import { firstGiven, sourceOrder, type ReadPlace } from "./sources.ts";
import { readClipVisionConfig, readSiglipVisionConfig } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

interface Reader<T> {
  readonly read: (section: Section, place: ReadPlace) => T;
  readonly fields: KnownFields;
  readonly defaults: Section;
}

/** Readers of `vision_config` by its `model_type`. */
const visionReaders: Readonly<Record<string, Reader<VisionConfig>>> = {
  clip_vision_model: { read: readClipVisionConfig, fields: clipVisionFields, defaults: clipVisionDefaults },
  siglip_vision_model: { read: readSiglipVisionConfig, fields: siglipVisionFields, defaults: siglipVisionDefaults },
};

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const hiddenState = z.number().int();

/** What a class of this family fills in. */
interface ClassDefaults {
  readonly image_token_index: number;
  readonly projector_hidden_act: string;
  readonly vision_feature_select_strategy: "default" | "full";
  readonly vision_feature_layer: number;
  readonly multimodal_projector_bias: boolean;
  readonly tie_word_embeddings: boolean;
}

/** A class of the family: its fields, and what it fills in. */
interface LlavaClass {
  readonly className: string;
  readonly fields: KnownFields;
  readonly defaults: ClassDefaults;
  /** The tower of a file that describes none; its type is that of a section without one. */
  readonly vision: Section & { readonly model_type: string };
  /** The `model_type` of a language model that has none. */
  readonly language: string;
}

const classes = {
  llava: {
    className: "LlavaConfig",
    fields: llavaFields,
    defaults: llavaDefaults,
    vision: llavaVisionConfig,
    language: "llama",
  },
  next: {
    className: "LlavaNextConfig",
    fields: llavaNextFields,
    defaults: llavaDefaults,
    vision: llavaVisionConfig,
    language: "llama",
  },
  onevision: {
    className: "LlavaOnevisionConfig",
    fields: llavaOnevisionFields,
    defaults: llavaOnevisionDefaults,
    vision: llavaOnevisionVisionConfig,
    language: "qwen2",
  },
} as const satisfies Readonly<Record<string, LlavaClass>>;

/** One hidden state of the tower; a list of several layers is refused. */
export const featureLayer = z
  .union([hiddenState, z.tuple([hiddenState])], "one whole number; a list of several layers is not supported")
  .transform((layer) => (typeof layer === "number" ? layer : layer[0]));

function schemaOf({ defaults, vision }: LlavaClass) {
  return fields({
    vision_config: section.nullish().transform((config) => config ?? vision),
    text_config: section.nullish().transform((config) => config ?? {}),
    image_token_index: tokenId.nullish(),
    image_token_id: tokenId.nullish(),
    projector_hidden_act: activation.prefault(defaults.projector_hidden_act),
    multimodal_projector_bias: flag.default(defaults.multimodal_projector_bias),
    vision_feature_select_strategy: z
      .enum(["default", "full"], "default or full")
      .default(defaults.vision_feature_select_strategy),
    vision_feature_layer: featureLayer.prefault(defaults.vision_feature_layer),
    tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
    pad_token_id: tokenId.nullish(),
  });
}

/** Reads a LLaVA configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaConfig(json: Section, place: ReadPlace): LlavaConfig | PixtralConfig {
  if (hasPixtralTower(json)) return readLlavaPixtralConfig(json, place);
  return { architecture: "llava", ...readParts(json, place, classes.llava) };
}

/** Reads a LLaVA-NeXT configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaNextConfig(json: Section, place: ReadPlace): LlavaNextConfig {
  return { architecture: "llava-next", ...readParts(json, place, classes.next) };
}

/** transformers takes the number out of the text, whatever of these letters stands around it. */
const aspectRatio = fields({
  vision_aspect_ratio: z
    .string("anyres_max_N")
    .regex(/^[anyres_mx]*[1-9]\d{0,5}[anyres_mx]*$/, "anyres_max_N, N a number of tiles")
    .default(llavaOnevisionDefaults.vision_aspect_ratio)
    .transform((ratio) => Number(ratio.replace(/\D/g, ""))),
});

/** Reads a LLaVA-OneVision configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaOnevisionConfig(json: Section, place: ReadPlace): LlavaOnevisionConfig {
  const { vision_aspect_ratio: mostTiles } = parseSection(aspectRatio, json, place);
  return { architecture: "llava-onevision", ...readParts(json, place, classes.onevision), mostTiles };
}

function readParts(json: Section, place: ReadPlace, own: LlavaClass): Omit<LlavaConfig, "architecture"> {
  const llava = parseSection(schemaOf(own), json, place);
  const visionPlace = { ...place, section: "vision_config" };
  const visionReader = readerOf(llava.vision_config, visionPlace, own);
  const vision = visionReader.read(llava.vision_config, visionPlace);
  const textPlace = { ...place, section: "text_config" };
  const { language, values: textValues } = readLanguageConfig(llava.text_config, textPlace, {
    byDefault: own.language,
  });
  requireHiddenState(vision, llava.vision_feature_layer, place);
  requireClassToken(vision, llava.vision_feature_select_strategy, place);
  const visionValues = { ...visionReader.defaults, ...given(llava.vision_config) };
  warnBeside(json, { ...place, ...own }, [
    textValues,
    { name: "vision_config", fields: visionReader.fields, values: visionValues },
  ]);
  warnOfFlags(json, llava.text_config, place);
  return {
    vision,
    // One flag is enough, as in `LlavaConfig`; a stored head decides all the same.
    language: {
      ...withoutLogitSoftcap(language),
      tiedEmbeddings: language.tiedEmbeddings || llava.tie_word_embeddings,
    },
    projector: {
      activation: llava.projector_hidden_act,
      bias: llava.multimodal_projector_bias,
      ...featureScale(json, language, place),
    },
    visionFeatureLayer: llava.vision_feature_layer,
    visionFeatureSelect: llava.vision_feature_select_strategy,
    imageTokenId:
      (firstGiven(json, sourceOrder.imageToken, place)?.value as number | undefined) ?? own.defaults.image_token_index,
  };
}

const versionSchema = fields({ transformers_version: text.nullish(), torch_dtype: text.nullish() });

/**
 * Before transformers 5, a Gemma or Gemma 2 scaled whatever came into it: image features, too. A checkpoint that was saved then was trained
 * with that (Intel's llava-gemma). `torch_dtype` is the spelling of before 5, in files that name no version.
 */
function featureScale(
  json: Section,
  { embeddingScale, queryKeyNorm }: LanguageConfig,
  place: ReadPlace,
): { readonly scale?: number } {
  const { transformers_version: version, torch_dtype: older } = parseSection(versionSchema, json, place);
  const isOlder = version == null ? older != null : Number.parseInt(version, 10) < 5;
  if (embeddingScale === undefined || queryKeyNorm === true || !isOlder) return {};
  place.warn(
    `${shownFile(place.file)}: the checkpoint was saved by a transformers before 5, in which image features were multiplied by the scale of a Gemma's embeddings, ${embeddingScale}; they are here, too.`,
  );
  return { scale: embeddingScale };
}

/** The classes of LLaVA take the logits of a Gemma 2 as its head gives them. */
function withoutLogitSoftcap(language: LanguageConfig): LanguageConfig {
  return Object.fromEntries(
    Object.entries(language).filter(([name]) => name !== "logitSoftcap"),
  ) as unknown as LanguageConfig;
}

function readerOf(
  part: { readonly model_type?: string | null },
  place: SectionPlace,
  { vision }: LlavaClass,
): Reader<VisionConfig> {
  const type = part.model_type ?? vision.model_type;
  if (!Object.hasOwn(visionReaders, type)) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "model_type")} is ${quote(type)}; supported are ${Object.keys(visionReaders).join(", ")}.`,
    );
  }
  return visionReaders[type]!;
}

/** Throws an Error if a class token is to be dropped that the tower does not have. */
function requireClassToken({ kind }: VisionConfig, select: "default" | "full", place: SectionPlace): void {
  if (kind === "siglip" && select === "default") {
    throw new Error(
      `${place.file}: vision_feature_select_strategy is "default", which drops the class token, but a SigLIP tower has none; expected "full".`,
    );
  }
}
