/** @file Reads a Mistral language model's part of config.json (transformers' `MistralConfig`). */
import type { LanguageConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import { mistralDefaults as defaults } from "./defaults.ts";
import { count, fields, parseSection } from "./fields.ts";
import { mistralFields } from "./known-fields.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";
import { withinWindow } from "./windows.ts";

const schema = fields({ sliding_window: count.nullable().default(defaults.sliding_window) });

/** Reads the section of a Mistral model, defaults filled in. Throws an Error that names the wrong field. */
export function readMistralConfig(section: Readonly<Record<string, unknown>>, place: ReadPlace): LanguageConfig {
  const decoder = readDecoder(section, place, { defaults, fields: mistralFields });
  const { sliding_window: window } = parseSection(schema, section, place);
  warnUnknownFields(section, mistralFields, { ...place, className: "MistralConfig" });
  return {
    ...withinWindow(decoder, window, { place, field: "sliding_window" }),
    attentionBias: false,
    attentionOutputBias: false,
    mlpBias: false,
  };
}
