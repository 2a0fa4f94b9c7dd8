/**
 * @file Reads the config.json of Qwen2-VL and Qwen2.5-VL (transformers' `Qwen2VLConfig` and `Qwen2_5_VLConfig`), old and new. Their text
 * models are the same.
 */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig, Qwen25VlConfig, Qwen2VlConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import { qwen2VlDefaults as defaults, qwen2VlTextDefaults as textDefaults } from "./defaults.ts";
import { count, fieldPath, fields, flag, parseSection, text, tokenId } from "./fields.ts";
import { qwen2VlFields, qwen2VlTextFields } from "./known-fields.ts";
import { readQwen25Vision, readQwen2Vision, type ReadTower } from "./qwen-vision.ts";
import { warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";
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

/** One of the two classes. */
interface Family<Vision> {
  readonly className: string;
  readonly textClassName: string;
  readonly readVision: (given: Section, place: ReadPlace) => ReadTower<Vision>;
}

/** Reads a Qwen2-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen2VlConfig(json: Section, place: ReadPlace): Qwen2VlConfig {
  const names = { className: "Qwen2VLConfig", textClassName: "Qwen2VLTextConfig" };
  return { architecture: "qwen2-vl", ...readParts(json, place, { ...names, readVision: readQwen2Vision }) };
}

/** Reads a Qwen2.5-VL configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readQwen25VlConfig(json: Section, place: ReadPlace): Qwen25VlConfig {
  const names = { className: "Qwen2_5_VLConfig", textClassName: "Qwen2_5_VLTextConfig" };
  return { architecture: "qwen2.5-vl", ...readParts(json, place, { ...names, readVision: readQwen25Vision }) };
}

function readParts<Vision>(
  json: Section,
  place: ReadPlace,
  { className, textClassName, readVision }: Family<Vision>,
): { readonly vision: Vision; readonly language: LanguageConfig; readonly imageTokenId: number } {
  const model = parseSection(schema, json, place);
  const isFlat = model.text_config == null;
  const textPlace = { ...place, section: isFlat ? "" : "text_config" };
  const language = readText(model.text_config ?? json, textPlace);
  const { vision, output } = readVision(model.vision_config ?? {}, { ...place, section: "vision_config" });
  requireOutputWidth(output, language, { place, textPlace });
  if (isFlat) {
    warnUnknownFields(json, { ...qwen2VlTextFields, ...qwen2VlFields }, { ...place, className });
  } else {
    const values = { ...textDefaults, ...model.text_config };
    const sections = [{ name: "text_config", fields: qwen2VlTextFields, values }];
    const beside = warnBesideSections(json, { own: qwen2VlFields, sections, place });
    const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
    warnUnknownFields(rest, qwen2VlFields, { ...place, className });
    warnUnknownFields(model.text_config!, qwen2VlTextFields, { ...textPlace, className: textClassName });
  }
  return {
    vision,
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || model.tie_word_embeddings },
    imageTokenId: model.image_token_id,
  };
}

/** Throws an Error unless the rows that the tower gives are as wide as the language model. */
export function requireOutputWidth(
  { field, width }: ReadTower<unknown>["output"],
  language: Pick<LanguageConfig, "width">,
  { place, textPlace }: { readonly place: ReadPlace; readonly textPlace: ReadPlace },
): void {
  if (width === language.width) return;
  throw new Error(
    `${place.file}: vision_config.${field} is ${width}, but it must be ${fieldPath(textPlace, "hidden_size")}, ${language.width}.`,
  );
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
