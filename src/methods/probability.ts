/** @file What the model said of each answer token: its probability and its best rivals, from raw logits. */
import type { FloatTensor } from "../tensor/tensor.ts";

interface TokenProbability {
  readonly id: number;
  readonly logit: number;
  readonly probability: number;
}

/** One answer token beside the most probable tokens at its position, most probable first. */
export interface RankedToken extends TokenProbability {
  readonly best: readonly TokenProbability[];
}

/** Indices of the `count` largest numbers, largest first, the lower index first among equals. */
export function largestIndices(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && values[i]! <= values[best[count - 1]!]!) continue;
    let place = best.length;
    while (place > 0 && values[best[place - 1]!]! < values[i]!) place -= 1;
    best.splice(place, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** ln of the sum of e^x, summed in double precision. */
export function logSumExp(values: Float32Array): number {
  const most = values.reduce((largest, value) => Math.max(largest, value), -Infinity);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
}

/** Probability of a vocabulary entry under raw logits. */
export function probabilityIn(logits: Float32Array, id: number): number {
  return Math.exp(logits[id]! - logSumExp(logits));
}

/**
 * What is measured of a token: its log-probability, or the contrast to a rival vocabulary entry, which is the difference of both raw
 * logits. Both in nats. A probability saturates near 0 and 1; these do not.
 */
export type ScoreKind = "log-probability" | { readonly contrast: number };

/** Score in nats of vocabulary entry `id` under raw logits [vocabulary]. Throws a RangeError for a rival that is no vocabulary entry. */
export function scoreIn(
  logits: Float32Array,
  { id, score }: { readonly id: number; readonly score: ScoreKind },
): number {
  if (score === "log-probability") return logits[id]! - logSumExp(logits);
  const rival = logits[score.contrast];
  if (rival === undefined) {
    throw new RangeError(
      `probability: the rival ${score.contrast} is none of the ${logits.length} entries of the vocabulary; name one of 0 to ${logits.length - 1}.`,
    );
  }
  return logits[id]! - rival;
}

/** Row `index` of logits [rows, vocabulary]. */
export function logitsOf(logits: FloatTensor, index: number): Float32Array {
  const vocabulary = logits.dims[1]!;
  return logits.data.subarray(index * vocabulary, (index + 1) * vocabulary);
}

/**
 * Probabilities of the chosen tokens under logits [tokens, vocabulary], with the `alternatives` best tokens of each position.
 * Throws an Error if the counts of rows and ids differ.
 */
export function rankTokens(
  logits: FloatTensor,
  { ids, alternatives }: { ids: readonly number[]; alternatives: number },
): RankedToken[] {
  const rows = logits.dims[0]!;
  if (rows !== ids.length) throw new Error(`probability: logits have ${rows} rows for ${ids.length} tokens.`);
  return ids.map((chosen, row) => {
    const scores = logitsOf(logits, row);
    const total = logSumExp(scores);
    const describe = (id: number): TokenProbability => ({
      id,
      logit: scores[id]!,
      probability: Math.exp(scores[id]! - total),
    });
    return { ...describe(chosen), best: largestIndices(scores, alternatives).map(describe) };
  });
}

/** The best other token of each position, or the token itself if there is no other: logits [tokens, vocabulary]. */
export function bestOthers(logits: FloatTensor, ids: readonly number[]): number[] {
  return ids.map((id, row) => largestIndices(logitsOf(logits, row), 2).find((other) => other !== id) ?? id);
}
