/** @file The four parts of the grounding score, each from 0 to 1. */

export interface Parts {
  /** Share of attention on the image without sinks, mean of all layers and heads. */
  readonly attention: number;
  /** Image part of exact relevancy; null where the token has none. */
  readonly relevancy: number | null;
  /** Total variation between the token's distributions with the picture and with its mean color. */
  readonly blank: number;
  /** The same against other pictures, mean. */
  readonly others: number;
}

/** Half the sum of |p - q| of the distributions that raw logits stand for, 0 (the same) to 1. Throws where their lengths differ. */
export function totalVariation(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) {
    throw new Error(`grounding: both distributions need as many entries, got ${one.length} and ${other.length}.`);
  }
  const [logSumOne, logSumOther] = [logSumExp(one), logSumExp(other)];
  let sum = 0;
  for (let id = 0; id < one.length; id++) {
    sum += Math.abs(Math.exp(one[id]! - logSumOne) - Math.exp(other[id]! - logSumOther));
  }
  return Math.min(1, sum / 2);
}

function logSumExp(logits: Float32Array): number {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return most + Math.log(sum);
}
