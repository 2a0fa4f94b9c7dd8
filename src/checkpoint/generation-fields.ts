/**
 * @file What becomes of each field of a generation_config.json: one table of the fields of `GenerationConfig` of transformers 5.24, and
 * the schemas of those that are used.
 */
import { z } from "zod";
import { fields, flag, positive, tokenId } from "./config/fields.ts";

/** Lists of tokens and of words in published files stay below a few thousand entries. */
const maxEntries = 100_000;

const integerMessage = "a whole number";
const integer = z.number(integerMessage).int(integerMessage);
const decimal = z.number("a number");
const share = decimal.min(0, "a number from 0 to 1").max(1, "a number from 0 to 1");
/** Ids outside of the vocabulary are allowed, and name nothing: published files have -1. */
const anyIds = z.array(integer, "a list of token ids").max(maxEntries, `at most ${maxEntries} token ids`);
const tokenIds = z.array(tokenId, "a list of token ids").max(maxEntries, `at most ${maxEntries} token ids`);
const idOrIds = z.union([tokenId, tokenIds], "a token id or a list of token ids");
const stopText = z
  .string("a text")
  .min(1, "a text that is not empty")
  .max(10_000, "a text of at most 10000 characters");

/** Fields that change which token is chosen, also without sampling, and are applied: `engine/logits-processors.ts` says how. */
const appliedFields = {
  sequence_bias: z
    .array(
      z.tuple([tokenIds.min(1, "a list of at least one token id"), decimal], "a list of token ids, and a number"),
      "a list of pairs",
    )
    .max(maxEntries),
  encoder_repetition_penalty: positive,
  repetition_penalty: positive,
  no_repeat_ngram_size: integer,
  encoder_no_repeat_ngram_size: integer,
  bad_words_ids: z.array(tokenIds, "a list of lists of token ids").max(maxEntries),
  min_length: integer,
  min_new_tokens: integer,
  forced_bos_token_id: tokenId,
  forced_eos_token_id: idOrIds,
  remove_invalid_values: flag,
  exponential_decay_length_penalty: z.tuple([integer, positive], "a whole number and a positive number"),
  suppress_tokens: anyIds,
  begin_suppress_tokens: anyIds,
  renormalize_logits: flag,
  stop_strings: z.union([stopText, z.array(stopText).max(1_000)], "a text or a list of texts"),
} as const;

/** Fields that only sampling reads. */
const samplingFields = {
  do_sample: flag,
  temperature: decimal.min(0, "a number that is not negative"),
  top_k: integer.min(0, "a whole number that is not negative"),
  top_p: share,
  min_p: share,
  top_h: positive.max(1, "a number above 0 and up to 1"),
  typical_p: positive,
  epsilon_cutoff: decimal,
  eta_cutoff: decimal,
} as const;

function nullish<S extends Readonly<Record<string, z.ZodType>>>(
  shape: S,
): { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> } {
  return Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.nullish()])) as never;
}

export const appliedSchema = fields(nullish(appliedFields));
export const samplingSchema = fields(nullish(samplingFields));

/** Fields that are applied, by their names of transformers. Those without an effect are left out. */
export type GenerationRules = { readonly [K in keyof typeof appliedFields]?: z.output<(typeof appliedFields)[K]> };

type Values = Readonly<Record<string, unknown>>;

/** A field that would change the answer and is not applied. */
interface UnusedField {
  /** What it stands for, in words. */
  readonly means: string;
  /** Whether the value changes anything; null never does. */
  readonly acts: (value: unknown, all: Values) => boolean;
}

const always = (): boolean => true;
const isAbove = (limit: number) => (value: unknown) => typeof value !== "number" || value > limit;

/** Fields that would change an answer and are not applied: each is named in a warning if it would act. */
export const unusedFields: Readonly<Record<string, UnusedField>> = {
  num_beams: { means: "beam search", acts: isAbove(1) },
  constraints: { means: "constrained beam search", acts: always },
  force_words_ids: { means: "constrained beam search", acts: always },
  penalty_alpha: {
    means: "contrastive search",
    // transformers takes a top_k of 50 if none is named.
    acts: (value, { top_k, do_sample }) => isAbove(0)(value) && isAbove(1)(top_k ?? 50) && do_sample !== true,
  },
  dola_layers: { means: "decoding by contrasting layers", acts: always },
  guidance_scale: { means: "classifier-free guidance", acts: (value) => value !== 1 },
  watermarking_config: { means: "a watermark", acts: always },
  token_healing: { means: "token healing of the prompt", acts: (value) => value === true },
  max_time: { means: "a limit of time, which would end an answer differently on each computer", acts: always },
  cache_implementation: { means: "a quantized cache", acts: (value) => value === "quantized" },
  forced_decoder_ids: { means: "tokens forced by place, which only transformers 4 does", acts: always },
};

/** Fields that change no answer of this program, each with the reason. */
export const harmlessFields: Readonly<Record<string, string>> = {
  ...reason("the question says how long an answer may be", ["max_length", "max_new_tokens"]),
  ...reason("only beam search reads it", ["early_stopping", "length_penalty", "diversity_penalty", "num_beam_groups"]),
  ...reason("the prompt begins and ends as the template says", ["bos_token_id", "decoder_start_token_id"]),
  ...reason("one question is asked at a time, so nothing is padded", ["pad_token_id"]),
  ...reason("one answer is given", ["num_return_sequences"]),
  ...reason("it changes how fast the same tokens come", [
    ...["use_cache", "use_mtp", "cache_config", "max_cache_len", "prefill_chunk_size", "low_memory"],
    ...["compile_config", "disable_compile", "continuous_batching_config"],
  ]),
  ...reason("a draft of tokens that the model checks gives the same tokens", [
    ...["is_assistant", "num_assistant_tokens", "num_assistant_tokens_schedule", "assistant_confidence_threshold"],
    ...["prompt_lookup_num_tokens", "max_matching_ngram_size", "assistant_early_exit", "assistant_lookbehind"],
    ...["target_lookbehind", "assistant_ensemble_weight", "speculation_type"],
  ]),
  ...reason("it says what generate() returns beside the answer", [
    ...["output_attentions", "output_hidden_states", "output_scores", "output_logits", "return_dict_in_generate"],
  ]),
  ...reason("it says what wrote the file", ["transformers_version"]),
};

function reason(why: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, why]));
}

/** What becomes of a field. `stops` is `eos_token_id`. */
export type FieldUse = "applied" | "sampling" | "stops" | "warned" | "harmless";

/** Every field that is known, with its use. */
export const fieldUses: ReadonlyMap<string, FieldUse> = new Map([
  ["eos_token_id", "stops"],
  ...Object.keys(appliedFields).map((name) => [name, "applied"] as const),
  ...Object.keys(samplingFields).map((name) => [name, "sampling"] as const),
  ...Object.keys(unusedFields).map((name) => [name, "warned"] as const),
  ...Object.keys(harmlessFields).map((name) => [name, "harmless"] as const),
]);

/** Values of the applied fields that change nothing. */
const isNeutral: {
  readonly [K in keyof typeof appliedFields]: (value: z.output<(typeof appliedFields)[K]>) => boolean;
} = {
  sequence_bias: (pairs) => pairs.length === 0,
  encoder_repetition_penalty: (penalty) => penalty === 1,
  repetition_penalty: (penalty) => penalty === 1,
  no_repeat_ngram_size: (size) => size <= 0,
  encoder_no_repeat_ngram_size: (size) => size <= 0,
  bad_words_ids: (words) => words.every((word) => word.length === 0),
  min_length: (length) => length <= 0,
  min_new_tokens: (tokens) => tokens <= 0,
  forced_bos_token_id: () => false,
  forced_eos_token_id: (ids) => Array.isArray(ids) && ids.length === 0,
  remove_invalid_values: (isOn) => !isOn,
  exponential_decay_length_penalty: () => false,
  suppress_tokens: (ids) => ids.length === 0,
  begin_suppress_tokens: (ids) => ids.length === 0,
  renormalize_logits: (isOn) => !isOn,
  stop_strings: (strings) => strings.length === 0,
};

/** The fields that have an effect. A minimum of new tokens, 0 as well, takes the place of a minimum of the whole length. */
export function rulesThatAct(parsed: z.output<typeof appliedSchema>): GenerationRules {
  const acts = ([name, value]: [string, unknown]): boolean => {
    if (value == null || (name === "min_length" && parsed.min_new_tokens != null)) return false;
    return !(isNeutral[name as keyof typeof isNeutral] as (value: unknown) => boolean)(value);
  };
  return Object.fromEntries(Object.entries(parsed).filter(acts));
}
