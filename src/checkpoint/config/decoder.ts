/** @file Reads a language model of the Llama kind: the fields that Llama, Mistral and the text model of Qwen2-VL share. */
import type { LanguageConfig } from "../types.ts";
import { activation, count, epsilon, fields, flag, layers, parseSection, width } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import type { KnownFields } from "./known-fields.ts";
import { readRope } from "./rope.ts";
import type { ReadPlace } from "./sources.ts";

type Section = Readonly<Record<string, unknown>>;

/** What a class of these models fills in. */
interface DecoderDefaults {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  /** As many as heads if left out; the same if the file says null. */
  readonly num_key_value_heads?: number;
  readonly hidden_act: string;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  readonly rope_theta: number;
  readonly tie_word_embeddings: boolean;
  /** Pairs of a head by axis of the positions; left out if positions have one axis. */
  readonly mrope_section?: readonly number[];
}

function decoderSchema(defaults: DecoderDefaults) {
  return fields({
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
  });
}

export interface DecoderFamily {
  readonly defaults: DecoderDefaults;
  readonly fields: KnownFields;
}

/** Reads everything but biases and windows, defaults filled in. Throws an Error that names the wrong field. */
export function readDecoder(
  section: Section,
  place: ReadPlace,
  { defaults, fields: known }: DecoderFamily,
): Omit<LanguageConfig, "attentionBias" | "attentionOutputBias" | "mlpBias"> {
  const model = parseSection(decoderSchema(defaults), section, place);
  const heads = { field: "num_attention_heads", value: model.num_attention_heads };
  const byDefault = section.num_key_value_heads === undefined ? defaults.num_key_value_heads : undefined;
  const keyValueHeads = {
    field: "num_key_value_heads",
    value: model.num_key_value_heads ?? byDefault ?? heads.value,
  };
  requireMultiple(heads, keyValueHeads, place);
  // A class without the field does not read it.
  const given = Object.hasOwn(known, "head_dim") ? model.head_dim : undefined;
  if (given == null) requireMultiple({ field: "hidden_size", value: model.hidden_size }, heads, place);
  const headWidth = given ?? model.hidden_size / heads.value;
  // Rotary embeddings turn pairs of coordinates.
  requireMultiple({ field: "head_dim", value: headWidth }, { field: "the size of a rotated pair", value: 2 }, place);
  const maxPositions = model.max_position_embeddings;
  const { rope, sections } = readRope(section, place, {
    maxPositions,
    theta: defaults.rope_theta,
    ...(defaults.mrope_section === undefined ? {} : { sections: defaults.mrope_section }),
  });
  return {
    kind: "llama",
    width: model.hidden_size,
    layers: model.num_hidden_layers,
    heads: heads.value,
    keyValueHeads: keyValueHeads.value,
    headWidth,
    intermediate: model.intermediate_size,
    vocabulary: model.vocab_size,
    activation: model.hidden_act,
    rmsNormEps: model.rms_norm_eps,
    rope,
    ...(sections === undefined ? {} : { ropeSections: sections }),
    maxPositions,
    tiedEmbeddings: model.tie_word_embeddings,
  };
}
