/**
 * @file Reads the config.json of the Qwen-VL models (transformers' `Qwen2VLConfig`, `Qwen2_5_VLConfig` and `Qwen3VLConfig`), old and new.
 */
import { z } from "zod";
import type { LanguageConfig, Qwen25VlConfig, Qwen2VlConfig, Qwen3VlConfig } from "../types.ts";
import { qwen2VlDefaults as defaults } from "./defaults.ts";
import { fieldPath, fields, flag, parseSection, tokenId } from "./fields.ts";
import { qwen2VlFields } from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import { readQwen25Vision, readQwen2Vision, readQwen3Vision, type ReadTower } from "./qwen-vision.ts";
import { warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.record(z.string(), z.unknown(), "an object");

const schema = fields({
  vision_config: section.nullish(),
  /** Published files of before transformers 4.52 have its fields at the top. */
  text_config: section.nullish(),
  image_token_id: tokenId.default(defaults.image_token_id),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
});

/** One of the classes. */
interface Family<Vision> {
  readonly className: string;
  /** `model_type` of the language model, whatever its section says. */
  readonly textType: string;
  /** Whether files without a section for the text model have its fields at the top. */
  readonly mayBeFlat: boolean;
  readonly readVision: (given: Section, place: ReadPlace) => ReadTower<Vision>;
}

/** Reads a Qwen2-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen2VlConfig(json: Section, place: ReadPlace): Qwen2VlConfig {
  const names = { className: "Qwen2VLConfig", textType: "qwen2_vl_text", mayBeFlat: true };
  return { architecture: "qwen2-vl", ...readParts(json, place, { ...names, readVision: readQwen2Vision }) };
}

/** Reads a Qwen2.5-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen25VlConfig(json: Section, place: ReadPlace): Qwen25VlConfig {
  const names = { className: "Qwen2_5_VLConfig", textType: "qwen2_5_vl_text", mayBeFlat: true };
  return { architecture: "qwen2.5-vl", ...readParts(json, place, { ...names, readVision: readQwen25Vision }) };
}

/** Reads a Qwen3-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen3VlConfig(json: Section, place: ReadPlace): Qwen3VlConfig {
  const names = { className: "Qwen3VLConfig", textType: "qwen3_vl_text", mayBeFlat: false };
  return { architecture: "qwen3-vl", ...readParts(json, place, { ...names, readVision: readQwen3Vision }) };
}

function readParts<Vision>(
  json: Section,
  place: ReadPlace,
  { className, textType, mayBeFlat, readVision }: Family<Vision>,
): { readonly vision: Vision; readonly language: LanguageConfig; readonly imageTokenId: number } {
  const model = parseSection(schema, json, place);
  const isFlat = model.text_config == null && mayBeFlat;
  const textPlace = { ...place, section: isFlat ? "" : "text_config" };
  const given = { ...(isFlat ? json : model.text_config), model_type: textType };
  const { language, values } = readLanguageConfig(given, textPlace, { byDefault: textType, isShared: isFlat });
  const { vision, output } = readVision(model.vision_config ?? {}, { ...place, section: "vision_config" });
  requireOutputWidth(output, language, { place, textPlace });
  if (isFlat) {
    warnUnknownFields(json, { ...values.fields, ...qwen2VlFields }, { ...place, className });
  } else {
    const beside = warnBesideSections(json, { own: qwen2VlFields, sections: [values], place });
    const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
    warnUnknownFields(rest, qwen2VlFields, { ...place, className });
  }
  return {
    vision,
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || model.tie_word_embeddings },
    imageTokenId: model.image_token_id,
  };
}

/** Throws an Error unless the rows that the tower gives are as wide as the language model. */
function requireOutputWidth(
  { field, width }: ReadTower<unknown>["output"],
  language: Pick<LanguageConfig, "width">,
  { place, textPlace }: { readonly place: ReadPlace; readonly textPlace: ReadPlace },
): void {
  if (width === language.width) return;
  throw new Error(
    `${place.file}: vision_config.${field} is ${width}, but it must be ${fieldPath(textPlace, "hidden_size")}, ${language.width}.`,
  );
}
