/**
 * @file The families of language models by their `model_type`: one row each, with the class of transformers 5.24 that reads them, its
 * defaults, and what the family has beside all others.
 */
import { z } from "zod";
import { quote } from "../../json/quote.ts";
import type { LanguageConfig } from "../types.ts";
import type { DecoderFamily, DecoderParts } from "./decoder.ts";
import * as defaults from "./defaults.ts";
import { count, fieldPath, fields, flag, parseSection, positive, text, type SectionPlace } from "./fields.ts";
import * as known from "./known-fields.ts";
import { readRope, ropeSectionOf } from "./rope.ts";
import type { ReadPlace } from "./sources.ts";
import { windowOfAllLayers, windowOfLastLayers, windowOfPattern } from "./windows.ts";

type Section = Readonly<Record<string, unknown>>;

export interface LanguageFamily extends DecoderFamily {
  readonly className: string;
  /** Reads what the family has beside what all have. Throws an Error that names the wrong field. */
  readonly own: (section: Section, place: ReadPlace, decoder: DecoderParts) => Partial<LanguageConfig>;
}

/** `attention_bias`, of all four projections. */
function allBiases(section: Section, place: SectionPlace): Partial<LanguageConfig> {
  const { attention_bias: bias } = parseSection(fields({ attention_bias: flag.default(false) }), section, place);
  return { attentionBias: bias, attentionOutputBias: bias };
}

/** What a Gemma of any generation has. The scale is the root of the width, rounded to f32. */
function ofGemma(section: Section, place: SectionPlace, { width }: DecoderParts): Partial<LanguageConfig> {
  return { ...allBiases(section, place), normOffset: 1, embeddingScale: Math.fround(Math.sqrt(width)) };
}

/** What Gemma has since its second generation: norms on both sides, and a scale of the queries. */
function ofLaterGemma(section: Section, place: SectionPlace, decoder: DecoderParts): Partial<LanguageConfig> {
  const schema = fields({ query_pre_attn_scalar: positive.default(defaults.gemma2Defaults.query_pre_attn_scalar) });
  const { query_pre_attn_scalar: scalar } = parseSection(schema, section, place);
  return { ...ofGemma(section, place, decoder), postNorms: true, attentionScale: scalar ** -0.5 };
}

/** The softcaps of Gemma 2. Gemma 3 with pictures has their fields, too, and does not use them. */
function softcaps(section: Section, place: SectionPlace): Partial<LanguageConfig> {
  const { attn_logit_softcapping: scores, final_logit_softcapping: logits } = defaults.gemma2Defaults;
  const schema = fields({
    attn_logit_softcapping: positive.nullable().default(scores),
    final_logit_softcapping: positive.nullable().default(logits),
  });
  const { attn_logit_softcapping: ofScores, final_logit_softcapping: ofLogits } = parseSection(schema, section, place);
  return {
    ...(ofScores === null ? {} : { attentionSoftcap: ofScores }),
    ...(ofLogits === null ? {} : { logitSoftcap: ofLogits }),
  };
}

/** A model that attends to what comes later, too, cannot write answers. PaliGemma's files set the flag, and its own class reads it. */
function refuseBothWays(section: Section, place: SectionPlace): void {
  const { use_bidirectional_attention: both } = parseSection(
    fields({ use_bidirectional_attention: flag.nullish() }),
    section,
    place,
  );
  if (both === true) {
    throw new Error(
      `${place.file}: ${fieldPath(place, "use_bidirectional_attention")} is true; only models whose text attends to what comes before it are supported.`,
    );
  }
}

function ofGemma3(section: Section, place: ReadPlace, decoder: DecoderParts): Partial<LanguageConfig> {
  refuseBothWays(section, place);
  const byDefault = defaults.gemma3TextDefaults;
  const schema = fields({ sliding_window_pattern: count.default(byDefault.sliding_window_pattern) });
  const { sliding_window_pattern: pattern } = parseSection(schema, section, place);
  const sizes = { layers: decoder.layers, pattern, byDefault: byDefault.sliding_window };
  const { maxPositions, headWidth } = decoder;
  const facts = { maxPositions, headWidth, theta: byDefault.rope_local_base_freq };
  const { rope } = readRope(ropeSectionOf(section, "sliding_attention"), place, facts);
  return {
    ...ofLaterGemma(section, place, decoder),
    queryKeyNorm: true,
    window: { ...windowOfPattern(section, place, sizes), rope },
  };
}

/** Positions of three axes: temporal, height, width. */
function requireThreeAxes(sections: readonly number[], place: SectionPlace, sum?: number): void {
  const given = sections.reduce((total, length) => total + length, 0);
  if (sections.length === 3 && (sum === undefined || given === sum)) return;
  const whose = sum === undefined ? "" : ` whose sum is the pairs of a head, ${sum}`;
  throw new Error(
    `${place.file}: ${fieldPath(place, "rope_parameters.mrope_section")} is ${quote(sections)}, but it must be three numbers${whose}.`,
  );
}

/** Qwen2 in a model of vision and language, whose tokens have positions of three axes. */
function axialQwen2(className: string): LanguageFamily {
  const byDefault = defaults.qwen2VlTextDefaults;
  return {
    className,
    defaults: byDefault,
    fields: known.qwen2VlTextFields,
    own(section, place, decoder) {
      requireThreeAxes(decoder.ropeSections ?? [], place, decoder.headWidth / 2);
      return { attentionBias: true, ...windowOfLastLayers(section, place, { ...decoder, defaults: byDefault }) };
    },
  };
}

const llamaSchema = fields({
  mlp_bias: flag.default(defaults.llamaDefaults.mlp_bias),
  sliding_window: count.nullish(),
  attention_chunk_size: count.nullish(),
  layer_types: z.array(text, "a list of names").nullish(),
});

/**
 * A Llama attends to everything before. transformers builds its cache by these fields all the same, which changes answers that are
 * longer than the window.
 */
function refuseWindows(llama: z.output<typeof llamaSchema>, maxPositions: number, place: SectionPlace): void {
  for (const field of ["sliding_window", "attention_chunk_size"] as const) {
    const window = llama[field];
    if (window != null && window < maxPositions) {
      throw new Error(
        `${place.file}: ${fieldPath(place, field)} is ${window}, less than max_position_embeddings, ${maxPositions}; a Llama that attends within a window is not supported.`,
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

export const languageFamilies: Readonly<Record<string, LanguageFamily>> = {
  llama: {
    className: "LlamaConfig",
    defaults: defaults.llamaDefaults,
    fields: known.llamaFields,
    own(section, place, { maxPositions }) {
      const llama = parseSection(llamaSchema, section, place);
      refuseWindows(llama, maxPositions, place);
      return { ...allBiases(section, place), mlpBias: llama.mlp_bias };
    },
  },
  mistral: {
    className: "MistralConfig",
    defaults: defaults.mistralDefaults,
    fields: known.mistralFields,
    own: (section, place, decoder) =>
      windowOfAllLayers(section, place, { ...decoder, byDefault: defaults.mistralDefaults.sliding_window }),
  },
  qwen2: {
    className: "Qwen2Config",
    defaults: defaults.qwen2Defaults,
    fields: known.qwen2Fields,
    own: (section, place, decoder) => ({
      attentionBias: true,
      ...windowOfLastLayers(section, place, { ...decoder, defaults: defaults.qwen2Defaults }),
    }),
  },
  qwen3: {
    className: "Qwen3Config",
    defaults: defaults.qwen3Defaults,
    fields: known.qwen3Fields,
    own: (section, place, decoder) => ({
      ...allBiases(section, place),
      queryKeyNorm: true,
      ...windowOfLastLayers(section, place, { ...decoder, defaults: defaults.qwen3Defaults }),
    }),
  },
  qwen2_vl_text: axialQwen2("Qwen2VLTextConfig"),
  qwen2_5_vl_text: axialQwen2("Qwen2_5_VLTextConfig"),
  qwen3_vl_text: {
    className: "Qwen3VLTextConfig",
    defaults: defaults.qwen3VlTextDefaults,
    fields: known.qwen3VlTextFields,
    own(section, place, decoder) {
      // Axes take turns; pairs that no axis claims turn with the first.
      requireThreeAxes(decoder.ropeSections ?? [], place);
      return { ...allBiases(section, place), queryKeyNorm: true, ropeInterleaved: true };
    },
  },
  gemma: {
    className: "GemmaConfig",
    defaults: defaults.gemmaDefaults,
    fields: known.gemmaFields,
    own: (section, place, decoder) => ({
      ...ofGemma(section, place, decoder),
      // Files of the first release say "gelu" and mean its approximation.
      activation: decoder.activation === "gelu" ? "gelu_pytorch_tanh" : decoder.activation,
    }),
  },
  gemma2: {
    className: "Gemma2Config",
    defaults: defaults.gemma2Defaults,
    fields: known.gemma2Fields,
    own(section, place, decoder) {
      const byDefault = defaults.gemma2Defaults;
      const sizes = { layers: decoder.layers, pattern: 2, byDefault: byDefault.sliding_window };
      const window = windowOfPattern(section, place, sizes);
      return {
        ...ofLaterGemma(section, place, decoder),
        ...softcaps(section, place),
        ...(window.size < decoder.maxPositions ? { window } : {}),
      };
    },
  },
  gemma3_text: {
    className: "Gemma3TextConfig",
    defaults: defaults.gemma3TextDefaults,
    fields: known.gemma3TextFields,
    own: ofGemma3,
  },
  phi3: {
    className: "Phi3Config",
    defaults: defaults.phi3Defaults,
    fields: known.phi3Fields,
    own: (section, place, decoder) => ({
      fusedProjections: true,
      ...windowOfAllLayers(section, place, { ...decoder, byDefault: null }),
    }),
  },
};
