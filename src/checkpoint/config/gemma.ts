/**
 * @file Reads the config.json of PaliGemma (1 and 2) and of Gemma 3 with pictures (transformers' `PaliGemmaConfig` and `Gemma3Config`): a
 * SigLIP tower and a Gemma.
 */
import { z } from "zod";
import type { Gemma3Config, LanguageConfig, PaliGemmaConfig, VisionConfig } from "../types.ts";
import {
  gemma3Defaults,
  paliGemmaDefaults,
  paliGemmaTextConfig,
  paliGemmaVisionConfig,
  siglipVisionDefaults,
} from "./defaults.ts";
import { count, fieldPath, fields, flag, parseSection, text, tokenId, width } from "./fields.ts";
import { gemma3Fields, paliGemmaFields, siglipVisionFields, type KnownFields } from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import { given, warnBeside, warnOfFlags } from "./sections.ts";
import { firstGiven, sourceOrder, type ReadPlace } from "./sources.ts";
import { readSiglipVisionConfig } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const schema = fields({
  vision_config: section
    .extend({ model_type: z.literal("siglip_vision_model", "siglip_vision_model").nullish() })
    .nullish(),
  text_config: section.nullish(),
  image_token_index: tokenId.nullish(),
  image_token_id: tokenId.nullish(),
  tie_word_embeddings: flag.nullish(),
});

/** What a class says of its parts. */
interface GemmaClass {
  readonly className: string;
  readonly fields: KnownFields;
  readonly imageToken: number;
  /** Types of the language model, the default first. */
  readonly textTypes: readonly string[];
  /** The parts of a file that has none. */
  readonly textConfig: Section;
  readonly visionConfig: Section;
}

interface Parts {
  readonly vision: VisionConfig;
  readonly language: LanguageConfig;
  readonly imageTokenId: number;
}

function readParts(json: Section, place: ReadPlace, { className, fields: own, ...byDefault }: GemmaClass): Parts {
  const model = parseSection(schema, json, place);
  const textConfig = model.text_config ?? byDefault.textConfig;
  const visionConfig = model.vision_config ?? byDefault.visionConfig;
  const textPlace = { ...place, section: "text_config" };
  const types = byDefault.textTypes;
  const { language, values } = readLanguageConfig(textConfig, textPlace, { byDefault: types[0]!, types });
  const vision = readSiglipVisionConfig(visionConfig, { ...place, section: "vision_config" });
  const visionValues = { ...siglipVisionDefaults, ...given(visionConfig) };
  warnBeside(json, { ...place, className, fields: own }, [
    values,
    { name: "vision_config", fields: siglipVisionFields, values: visionValues },
  ]);
  warnOfFlags(json, textConfig, place);
  return {
    vision,
    // A stored head decides all the same.
    language: { ...language, tiedEmbeddings: model.tie_word_embeddings ?? language.tiedEmbeddings },
    imageTokenId:
      (firstGiven(json, sourceOrder.imageToken, place)?.value as number | undefined) ?? byDefault.imageToken,
  };
}

const paliGemma: GemmaClass = {
  className: "PaliGemmaConfig",
  fields: paliGemmaFields,
  imageToken: paliGemmaDefaults.image_token_index,
  textTypes: ["gemma", "gemma2"],
  textConfig: paliGemmaTextConfig,
  visionConfig: paliGemmaVisionConfig,
};

/** Reads a PaliGemma configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readPaliGemmaConfig(json: Section, place: ReadPlace): PaliGemmaConfig {
  const { language, ...parts } = readParts(json, place, paliGemma);
  const { projection_dim: projected } = parseSection(
    fields({ projection_dim: width.default(paliGemmaDefaults.projection_dim) }),
    json,
    place,
  );
  if (projected !== language.width) {
    throw new Error(
      `${place.file}: projection_dim is ${projected}, but it must be ${fieldPath({ ...place, section: "text_config" }, "hidden_size")}, ${language.width}.`,
    );
  }
  // Positions are counted from 1, and the whole prompt attends in both directions.
  const seen = { firstPosition: 1, visibility: "prefix" } as const;
  return { architecture: "paligemma", ...parts, language: { ...language, ...seen } };
}

const gemma3: GemmaClass = {
  className: "Gemma3Config",
  fields: gemma3Fields,
  imageToken: gemma3Defaults.image_token_index,
  textTypes: ["gemma3_text"],
  textConfig: {},
  visionConfig: {},
};

/** Reads a Gemma 3 configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readGemma3Config(json: Section, place: ReadPlace): Gemma3Config {
  const { language, vision, imageTokenId } = readParts(json, place, gemma3);
  const pooling = fields({ mm_tokens_per_image: count.default(gemma3Defaults.mm_tokens_per_image) });
  const { mm_tokens_per_image: tokens } = parseSection(pooling, json, place);
  const tokensPerSide = Math.floor(Math.sqrt(tokens));
  const patchesPerSide = Math.floor(vision.imageSize / vision.patchSize);
  if (tokensPerSide > patchesPerSide) {
    throw new Error(
      `${place.file}: mm_tokens_per_image is ${tokens}, but the tower has only ${patchesPerSide} x ${patchesPerSide} patches.`,
    );
  }
  return {
    architecture: "gemma3",
    vision,
    language: { ...language, visibility: "pictures" },
    poolSize: Math.floor(patchesPerSide / tokensPerSide),
    imageTokenId,
  };
}
