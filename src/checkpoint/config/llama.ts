/** @file Reads a Llama language model's part of config.json (transformers' `LlamaConfig`). */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig } from "../types.ts";
import { llamaDefaults as defaults } from "./defaults.ts";
import {
  activation,
  count,
  epsilon,
  fieldPath,
  fields,
  flag,
  layers,
  parseSection,
  text,
  width,
  type SectionPlace,
} from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import { llamaFields } from "./known-fields.ts";
import { readRope } from "./rope.ts";
import { warnUnknownFields, type ReadPlace } from "./sources.ts";

const schema = fields({
  vocab_size: count.default(defaults.vocab_size),
  hidden_size: width.default(defaults.hidden_size),
  intermediate_size: width.default(defaults.intermediate_size),
  num_hidden_layers: layers.default(defaults.num_hidden_layers),
  num_attention_heads: width.default(defaults.num_attention_heads),
  num_key_value_heads: width.nullish(),
  head_dim: width.nullish(),
  hidden_act: activation.prefault(defaults.hidden_act),
  max_position_embeddings: count.default(defaults.max_position_embeddings),
  rms_norm_eps: epsilon.default(defaults.rms_norm_eps),
  tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
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
function refuseWindows(llama: z.output<typeof schema>, place: SectionPlace): void {
  for (const field of ["sliding_window", "attention_chunk_size"] as const) {
    const window = llama[field];
    if (window != null && window < llama.max_position_embeddings) {
      throw new Error(
        `${place.file}: ${fieldPath(place, field)} is ${window}, less than max_position_embeddings, ${llama.max_position_embeddings}; attention within a window is not supported.`,
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
  const llama = parseSection(schema, section, place);
  refuseWindows(llama, place);
  warnUnknownFields(section, llamaFields, { ...place, className: "LlamaConfig" });
  const heads = { field: "num_attention_heads", value: llama.num_attention_heads };
  const keyValueHeads = { field: "num_key_value_heads", value: llama.num_key_value_heads ?? heads.value };
  requireMultiple(heads, keyValueHeads, place);
  if (llama.head_dim == null) requireMultiple({ field: "hidden_size", value: llama.hidden_size }, heads, place);
  const headWidth = llama.head_dim ?? llama.hidden_size / heads.value;
  // Rotary embeddings turn pairs of coordinates.
  requireMultiple({ field: "head_dim", value: headWidth }, { field: "the size of a rotated pair", value: 2 }, place);
  return {
    kind: "llama",
    width: llama.hidden_size,
    layers: llama.num_hidden_layers,
    heads: heads.value,
    keyValueHeads: keyValueHeads.value,
    headWidth,
    intermediate: llama.intermediate_size,
    vocabulary: llama.vocab_size,
    activation: llama.hidden_act,
    rmsNormEps: llama.rms_norm_eps,
    rope: readRope(section, place, llama.max_position_embeddings),
    maxPositions: llama.max_position_embeddings,
    attentionBias: llama.attention_bias,
    attentionOutputBias: llama.attention_bias,
    mlpBias: llama.mlp_bias,
    tiedEmbeddings: llama.tie_word_embeddings,
  };
}
