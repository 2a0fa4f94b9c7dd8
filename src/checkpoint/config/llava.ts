/** @file Reads the config.json of LLaVA and LLaVA-NeXT (transformers' `LlavaConfig` and `LlavaNextConfig`). */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LlavaConfig, LlavaNextConfig, VisionConfig } from "../types.ts";
import { shownFile } from "../warnings.ts";
import { clipVisionDefaults, llavaDefaults as defaults, llavaVisionConfig, siglipVisionDefaults } from "./defaults.ts";
import { activation, fieldPath, fields, flag, parseSection, text, tokenId, type SectionPlace } from "./fields.ts";
import {
  clipVisionFields,
  llavaFields,
  llavaNextFields,
  siglipVisionFields,
  type KnownFields,
} from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import {
  firstGiven,
  sourceOrder,
  warnBesideSections,
  warnUnknownFields,
  type ReadPlace,
  type SectionValues,
} from "./sources.ts";
import { readClipVisionConfig, readSiglipVisionConfig } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

interface Reader<T> {
  readonly read: (section: Section, place: ReadPlace) => T;
  readonly fields: KnownFields;
  readonly defaults: Section;
}

/** Readers of `vision_config` by its `model_type`; the first is the default. */
const visionReaders: Readonly<Record<string, Reader<VisionConfig>>> = {
  clip_vision_model: { read: readClipVisionConfig, fields: clipVisionFields, defaults: clipVisionDefaults },
  siglip_vision_model: { read: readSiglipVisionConfig, fields: siglipVisionFields, defaults: siglipVisionDefaults },
};

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const hiddenState = z.number().int();

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
    .union([hiddenState, z.tuple([hiddenState])], "one whole number; a list of several layers is not supported")
    .transform((layer) => (typeof layer === "number" ? layer : layer[0]))
    .prefault(defaults.vision_feature_layer),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
  pad_token_id: tokenId.nullish(),
});

/** Reads a LLaVA configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaConfig(json: Section, place: ReadPlace): LlavaConfig {
  return { architecture: "llava", ...readParts(json, { ...place, className: "LlavaConfig", fields: llavaFields }) };
}

/** Reads a LLaVA-NeXT configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readLlavaNextConfig(json: Section, place: ReadPlace): LlavaNextConfig {
  const own = { className: "LlavaNextConfig", fields: llavaNextFields };
  return { architecture: "llava-next", ...readParts(json, { ...place, ...own }) };
}

/** The place of a configuration, and its class. */
interface ClassPlace extends ReadPlace {
  readonly className: string;
  readonly fields: KnownFields;
}

function readParts(json: Section, { className, fields: own, ...place }: ClassPlace): Omit<LlavaConfig, "architecture"> {
  const llava = parseSection(schema, json, place);
  const visionReader = readerOf(visionReaders, llava.vision_config, { ...place, section: "vision_config" });
  const vision = visionReader.read(llava.vision_config, { ...place, section: "vision_config" });
  const textPlace = { ...place, section: "text_config" };
  const { language, values: textValues } = readLanguageConfig(llava.text_config, textPlace, { byDefault: "llama" });
  checkFeatures(vision, llava, place);
  const visionValues = { ...visionReader.defaults, ...given(llava.vision_config) };
  warnBeside(json, { ...place, className, fields: own }, [
    textValues,
    { name: "vision_config", fields: visionReader.fields, values: visionValues },
  ]);
  warnOfFlags(json, llava.text_config, place);
  return {
    vision,
    // One flag is enough, as in `LlavaConfig`; a stored head decides all the same.
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || llava.tie_word_embeddings },
    projector: { activation: llava.projector_hidden_act, bias: llava.multimodal_projector_bias },
    visionFeatureLayer: llava.vision_feature_layer,
    visionFeatureSelect: llava.vision_feature_select_strategy,
    imageTokenId:
      (firstGiven(json, sourceOrder.imageToken, place)?.value as number | undefined) ?? defaults.image_token_index,
  };
}

function readerOf<T>(
  readers: Readonly<Record<string, Reader<T>>>,
  part: { readonly model_type?: string | null },
  place: SectionPlace,
): Reader<T> {
  const supported = Object.keys(readers);
  const type = part.model_type ?? supported[0]!;
  if (!Object.hasOwn(readers, type)) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "model_type")} is ${quote(type)}; supported are ${supported.join(", ")}.`,
    );
  }
  return readers[type]!;
}

/** The fields that have a value. */
function given(section: Section): Section {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value != null));
}

/** Warns of what stands at the top level and is read in a section, or nowhere. */
function warnBeside(json: Section, { fields: own, ...place }: ClassPlace, sections: readonly SectionValues[]): void {
  const beside = warnBesideSections(json, { own, sections, place });
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
  warnUnknownFields(rest, own, place);
}

/** Warns of two places that differ and of which neither decides: the stored weights do, or nothing depends on it. */
function warnOfFlags(json: Section, text: Section, { file, warn }: ReadPlace): void {
  for (const [name, decides] of [
    ["tie_word_embeddings", "what the weights hold decides"],
    ["pad_token_id", "neither changes an answer"],
  ] as const) {
    const [outer, inner] = [json[name], text[name]];
    if (outer != null && inner != null && outer !== inner) {
      warn(`${shownFile(file)}: ${name} is ${quote(outer)} and text_config.${name} is ${quote(inner)}; ${decides}.`);
    }
  }
}

/** The tower must have the layer that is asked for, and a class token if one is to be dropped. */
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
