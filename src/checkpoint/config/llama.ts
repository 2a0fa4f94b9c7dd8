/** @file Reads a Llama language model's part of config.json (transformers' `LlamaConfig`). */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig } from "../types.ts";
import { readDecoder } from "./decoder.ts";
import { llamaDefaults as defaults } from "./defaults.ts";
import { count, fieldPath, fields, flag, parseSection, text, type SectionPlace } from "./fields.ts";
import { llamaFields } from "./known-fields.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";

const schema = fields({
  attention_bias: flag.default(defaults.attention_bias),
  mlp_bias: flag.default(defaults.mlp_bias),
  sliding_window: count.nullish(),
  attention_chunk_size: count.nullish(),
  layer_types: z.array(text, "a list of names").nullish(),
});

/**
 * A Llama attends to everything before. transformers builds its cache by these fields all the same, which changes answers that are
 * longer than the window.
 */
function refuseWindows(llama: z.output<typeof schema>, maxPositions: number, place: SectionPlace): void {
  for (const field of ["sliding_window", "attention_chunk_size"] as const) {
    const window = llama[field];
    if (window != null && window < maxPositions) {
      throw new Error(
        `${place.file}: ${fieldPath(place, field)} is ${window}, less than max_position_embeddings, ${maxPositions}; attention within a window is not supported.`,
      );
    }
  }
  const other = llama.layer_types?.find((type) => type !== "full_attention");
  if (other !== undefined) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "layer_types")} has ${quote(other)}; supported is full_attention.`,
    );
  }
}

/** Reads the section of a Llama model, defaults filled in. Throws an Error that names the wrong field. */
export function readLlamaConfig(section: Readonly<Record<string, unknown>>, place: ReadPlace): LanguageConfig {
  const decoder = readDecoder(section, place, { defaults, fields: llamaFields });
  const llama = parseSection(schema, section, place);
  refuseWindows(llama, decoder.maxPositions, place);
  warnUnknownFields(section, llamaFields, { ...place, className: "LlamaConfig" });
  return {
    ...decoder,
    attentionBias: llama.attention_bias,
    attentionOutputBias: llama.attention_bias,
    mlpBias: llama.mlp_bias,
  };
}
