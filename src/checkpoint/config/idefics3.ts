/** @file Reads the config.json of Idefics3 and SmolVLM (transformers' `Idefics3Config` and `SmolVLMConfig`, which are alike). */
import { z } from "zod";
import type { Idefics3Config } from "../types.ts";
import { idefics3Defaults as defaults, idefics3TextConfig, idefics3VisionDefaults } from "./defaults.ts";
import { fields, flag, parseSection, text, tokenId, width } from "./fields.ts";
import { idefics3Fields, idefics3VisionFields } from "./known-fields.ts";
import { readLanguageConfig } from "./language.ts";
import { warnBesideSections, warnUnknownFields, type ReadPlace } from "./sources.ts";
import { readIdefics3VisionConfig } from "./vision.ts";

type Section = Readonly<Record<string, unknown>>;

const section = z.looseObject({ model_type: text.nullish() }, "an object");

const schema = fields({
  vision_config: section.nullish().transform((config) => config ?? {}),
  text_config: section.nullish().transform((config) => config ?? idefics3TextConfig),
  image_token_id: tokenId.default(defaults.image_token_id),
  scale_factor: width.default(defaults.scale_factor),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
});

/** Reads an Idefics3 or SmolVLM configuration, defaults filled in. Throws an Error that names the wrong field. */
export function readIdefics3Config(json: Section, place: ReadPlace): Idefics3Config {
  const model = parseSection(schema, json, place);
  const vision = readIdefics3VisionConfig(model.vision_config, { ...place, section: "vision_config" });
  const textPlace = { ...place, section: "text_config" };
  const { language, values } = readLanguageConfig(model.text_config, textPlace, { byDefault: "llama" });
  const sections = [
    values,
    {
      name: "vision_config",
      fields: idefics3VisionFields,
      values: { ...idefics3VisionDefaults, ...model.vision_config },
    },
  ];
  const beside = warnBesideSections(json, { own: idefics3Fields, sections, place });
  const rest = Object.fromEntries(Object.entries(json).filter(([name]) => !beside.has(name)));
  warnUnknownFields(rest, idefics3Fields, { ...place, className: "Idefics3Config" });
  return {
    architecture: "idefics3",
    vision,
    language: { ...language, tiedEmbeddings: language.tiedEmbeddings || model.tie_word_embeddings },
    scaleFactor: model.scale_factor,
    imageTokenId: model.image_token_id,
  };
}
