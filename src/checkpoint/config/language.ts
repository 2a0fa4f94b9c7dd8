/** @file Reads a language model's part of config.json, whatever its family. */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import { fieldPath, fields, parseSection, text } from "./fields.ts";
import { languageFamilies } from "./language-families.ts";
import { warnUnknownFields, type ReadPlace, type SectionValues } from "./sources.ts";

type Section = Readonly<Record<string, unknown>>;

/** A language model, and what its section holds in the end, to compare with fields that stand elsewhere. */
export interface ReadLanguage {
  readonly language: LanguageConfig;
  readonly values: SectionValues;
}

/** What the class of the whole model says of its language model. */
export interface LanguageOptions {
  /** The `model_type` of a section that has none. */
  readonly byDefault: string;
  /** Types that the class takes; all that can be read if left out. */
  readonly types?: readonly string[];
  /** The section has fields of the whole model, too; what no class knows is left to the caller. */
  readonly isShared?: boolean;
}

/**
 * Reads the section of a language model by its `model_type`, defaults filled in. Throws an Error that names the wrong field, or lists the
 * families that can be read.
 */
export function readLanguageConfig(section: Section, place: ReadPlace, options: LanguageOptions): ReadLanguage {
  const { byDefault, types = Object.keys(languageFamilies), isShared = false } = options;
  const { model_type: given } = parseSection(fields({ model_type: z.nullish(text) }), section, place);
  const type = given ?? byDefault;
  const family = types.includes(type) ? languageFamilies[type] : undefined;
  if (family === undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "model_type")} is ${quote(type)}; supported are ${types.join(", ")}.`,
    );
  }
  const decoder = readDecoder(section, place, family);
  if (!isShared) warnUnknownFields(section, family.fields, { ...place, className: family.className });
  const language = {
    ...decoder,
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
    ...family.own(section, place, decoder),
  };
  const present = Object.fromEntries(Object.entries(section).filter(([, value]) => value != null));
  const values = { ...family.defaults, ...present, rope_theta: language.rope.theta };
  return { language, values: { name: place.section, fields: family.fields, values } };
}
