/**
 * @file The rules that change scores before a token is chosen, greedy or sampled, in the order of transformers 5.24
 * (`GenerationMixin._get_logits_processor`). Numbers are rounded to 32 bits after each step, as there.
 */
import type { GenerationRules } from "../checkpoint/generation-fields.ts";
import { blockedNgrams, penalizedIds, sequenceBiases, type LogitsProcessor } from "./repetition.ts";

export interface ProcessorContext {
  readonly promptIds: readonly number[];
  readonly stopTokenIds: readonly number[];
  readonly maxNewTokens: number;
  /** Replaces the rules' least length if it is above 0. */
  readonly minNewTokens: number;
}

const largestFloat = 3.4028234663852886e38;

function forbid(scores: Float32Array, ids: readonly number[]): void {
  for (const id of ids) if (id >= 0 && id < scores.length) scores[id] = -Infinity;
}

/** Leaves only these tokens, all with the same score. */
function force(scores: Float32Array, ids: readonly number[]): void {
  scores.fill(-Infinity);
  for (const id of ids) scores[id] = 0;
}

/** Forbids the stop tokens while there are fewer than `length` tokens, those of the prompt included. */
function noStopBefore(length: number, stopTokenIds: readonly number[]): LogitsProcessor {
  return (scores, ids) => {
    if (ids.length < length) forbid(scores, stopTokenIds);
  };
}

/** Makes stop tokens more likely with each token after the first `start` of the answer. */
function decay(
  [start, factor]: readonly [number, number],
  { promptIds, stopTokenIds }: ProcessorContext,
): LogitsProcessor {
  const first = promptIds.length + start;
  return (scores, ids) => {
    if (ids.length <= first) return;
    const growth = Math.fround(factor ** (ids.length - first) - 1);
    for (const id of stopTokenIds) {
      const score = scores[id] ?? -Infinity;
      if (Number.isFinite(score)) scores[id] = score + Math.fround(Math.abs(score) * growth);
    }
  };
}

function removeInvalid(scores: Float32Array): void {
  for (const [id, score] of scores.entries()) {
    if (Number.isNaN(score)) scores[id] = 0;
    else if (!Number.isFinite(score)) scores[id] = score > 0 ? largestFloat : -largestFloat;
  }
}

function renormalize(scores: Float32Array): void {
  const most = scores.reduce((largest, score) => Math.max(largest, score), -Infinity);
  if (!Number.isFinite(most)) return;
  const logSum = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  for (const [id, score] of scores.entries()) scores[id] = Math.fround(score - most) - logSum;
}

const listOf = (ids: number | readonly number[]): readonly number[] => (typeof ids === "number" ? [ids] : ids);

/** The processors of the rules that act, in their order. */
function processorsOf(rules: GenerationRules, context: ProcessorContext): LogitsProcessor[] {
  const { promptIds, stopTokenIds, maxNewTokens } = context;
  const minNewTokens = context.minNewTokens > 0 ? context.minNewTokens : rules.min_new_tokens;
  const badWords = rules.bad_words_ids?.filter((word) => !(word.length === 1 && stopTokenIds.includes(word[0]!)));
  const last = promptIds.length + maxNewTokens - 1;
  const beginning = promptIds.length === 1 && rules.forced_bos_token_id !== undefined ? 2 : promptIds.length;

  /** A processor if the rule is there. */
  function by<T>(rule: T | undefined, make: (rule: T) => LogitsProcessor): LogitsProcessor[] {
    return rule === undefined ? [] : [make(rule)];
  }
  /** One that acts at one length of all ids. */
  const at =
    (length: number, act: (scores: Float32Array) => void): LogitsProcessor =>
    (scores, ids) => {
      if (ids.length === length) act(scores);
    };
  return [
    ...by(rules.sequence_bias, sequenceBiases),
    // The prompt's tokens become likelier: the penalty is meant for those that are not in it.
    ...by(rules.encoder_repetition_penalty, (penalty) => penalizedIds(1 / penalty, promptIds)),
    ...by(rules.repetition_penalty, (penalty) => penalizedIds(penalty)),
    ...by(rules.no_repeat_ngram_size, (size) => blockedNgrams(size)),
    ...by(rules.encoder_no_repeat_ngram_size, (size) => blockedNgrams(size, promptIds)),
    ...by(badWords, (words) => sequenceBiases(words.map((word) => [word, -Infinity]))),
    ...by(minNewTokens === undefined ? rules.min_length : undefined, (length) => noStopBefore(length, stopTokenIds)),
    ...by(minNewTokens, (tokens) => noStopBefore(promptIds.length + tokens, stopTokenIds)),
    ...by(rules.forced_bos_token_id, (id) => at(1, (scores) => force(scores, [id]))),
    ...by(rules.forced_eos_token_id, (ids) => at(last, (scores) => force(scores, listOf(ids)))),
    ...by(rules.remove_invalid_values, () => removeInvalid),
    ...by(rules.exponential_decay_length_penalty, (rule) => decay(rule, context)),
    ...by(rules.suppress_tokens, (ids) => (scores) => forbid(scores, ids)),
    ...by(rules.begin_suppress_tokens, (ids) => at(beginning, (scores) => forbid(scores, ids))),
    ...by(rules.renormalize_logits, () => renormalize),
  ];
}

/**
 * A function that gives the scores by which the next token is chosen, from raw logits [vocabulary] and all ids so far; it is called once a
 * token, since it remembers which ids it has seen. The logits stay as they are. Throws an Error if they hold NaN or plus infinity, unless the
 * rules replace those.
 */
export function logitsProcessor(
  rules: GenerationRules,
  context: ProcessorContext,
): (logits: Float32Array, ids: readonly number[]) => Float32Array {
  const processors = processorsOf(rules, context);
  return (logits, ids) => {
    if (rules.remove_invalid_values !== true && !logits.every((logit) => logit < Infinity)) {
      throw new Error("generation: the model gave a logit that is not a number; its weights are damaged or overflow.");
    }
    if (processors.length === 0) return logits;
    const scores = logits.slice();
    for (const process of processors) process(scores, ids);
    return scores;
  };
}
