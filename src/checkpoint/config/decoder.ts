/** @file Reads what every decoder-only language model has: sizes, activation, rotary embedding. */
import type { Activation, LanguageConfig } from "../types.ts";
import { activation, count, epsilon, fields, flag, layers, parseSection, width } from "./fields.ts";
import { requireMultiple } from "./heads.ts";
import type { KnownFields } from "./known-fields.ts";
import { readRope, ropeSectionOf } from "./rope.ts";
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
  /** The width per head if left out. */
  readonly head_dim?: number;
  /** Gemma 2 and 3 have `hidden_activation` instead. */
  readonly hidden_act?: string;
  readonly hidden_activation?: string;
  readonly max_position_embeddings: number;
  readonly rms_norm_eps: number;
  readonly rope_theta: number;
  /** The base of layers with a window, if those have another rotary embedding. */
  readonly rope_local_base_freq?: number;
  readonly tie_word_embeddings: boolean;
  /** Pairs of a head by axis of the positions; left out if positions have one axis. */
  readonly mrope_section?: readonly number[];
  /** A share of each head turns, if the class can do that. */
  readonly partial_rotary_factor?: number;
  /** The positions of the first training, if the class has a field for them. */
  readonly original_max_position_embeddings?: number;
}

/** The activation, in the field that the class has for it. */
function readActivation(section: Section, place: ReadPlace, defaults: DecoderDefaults): Activation {
  const { hidden_act: byDefault } = defaults;
  if (byDefault !== undefined) {
    return parseSection(fields({ hidden_act: activation.prefault(byDefault) }), section, place).hidden_act;
  }
  const schema = fields({ hidden_activation: activation.prefault(defaults.hidden_activation ?? "gelu_pytorch_tanh") });
  return parseSection(schema, section, place).hidden_activation;
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
    max_position_embeddings: count.default(defaults.max_position_embeddings),
    rms_norm_eps: epsilon.default(defaults.rms_norm_eps),
    tie_word_embeddings: flag.default(defaults.tie_word_embeddings),
  });
}

export interface DecoderFamily {
  readonly defaults: DecoderDefaults;
  readonly fields: KnownFields;
}

/** What is read here; biases, windows and what else only some families have is not. */
export type DecoderParts = Omit<LanguageConfig, "attentionBias" | "attentionOutputBias" | "mlpBias">;

/** Defaults are filled in. Throws an Error that names the wrong field. */
export function readDecoder(
  section: Section,
  place: ReadPlace,
  { defaults, fields: known }: DecoderFamily,
): DecoderParts {
  const model = parseSection(decoderSchema(defaults), section, place);
  const heads = { field: "num_attention_heads", value: model.num_attention_heads };
  const byDefault = section.num_key_value_heads === undefined ? defaults.num_key_value_heads : undefined;
  const keyValueHeads = {
    field: "num_key_value_heads",
    value: model.num_key_value_heads ?? byDefault ?? heads.value,
  };
  requireMultiple(heads, keyValueHeads, place);
  // A class without the field does not read it.
  const given = Object.hasOwn(known, "head_dim") ? (model.head_dim ?? defaults.head_dim) : undefined;
  if (given == null) requireMultiple({ field: "hidden_size", value: model.hidden_size }, heads, place);
  const headWidth = given ?? model.hidden_size / heads.value;
  // Rotary embeddings turn pairs of coordinates.
  requireMultiple({ field: "head_dim", value: headWidth }, { field: "the size of a rotated pair", value: 2 }, place);
  const maxPositions = model.max_position_embeddings;
  const ofLayers = defaults.rope_local_base_freq === undefined ? section : ropeSectionOf(section, "full_attention");
  const { rope, sections, rotaryWidth } = readRope(ofLayers, place, {
    maxPositions,
    theta: defaults.rope_theta,
    sections: defaults.mrope_section,
    rotaryShare: defaults.partial_rotary_factor,
    originalMaxPositions: defaults.original_max_position_embeddings,
    headWidth,
  });
  return {
    width: model.hidden_size,
    layers: model.num_hidden_layers,
    heads: heads.value,
    keyValueHeads: keyValueHeads.value,
    headWidth,
    intermediate: model.intermediate_size,
    vocabulary: model.vocab_size,
    activation: readActivation(section, place, defaults),
    rmsNormEps: model.rms_norm_eps,
    rope,
    ...(sections === undefined ? {} : { ropeSections: sections }),
    ...(rotaryWidth === headWidth ? {} : { rotaryWidth }),
    maxPositions,
    tiedEmbeddings: model.tie_word_embeddings,
  };
}
