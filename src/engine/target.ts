/** @file The scalar that is explained, as its derivative with respect to the logits of one position. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/**
 * What of a token is explained.
 *
 * `logit`: the raw logit of the token. `logprob`: its log-probability. `contrast`: its logit less the logit of `rivalId`: why this token
 * and not that one.
 */
export type TargetKind =
  { readonly kind: "logit" } | { readonly kind: "logprob" } | { readonly kind: "contrast"; readonly rivalId: number };

function softmax(logits: Float32Array): Float64Array {
  const most = logits.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const weights = Float64Array.from(logits, (value) => Math.exp(value - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Derivative of each token's scalar with respect to its own row of logits [tokens, vocabulary], in the same shape. */
export function targetSeeds(logits: FloatTensor, ids: readonly number[], target: TargetKind): FloatTensor {
  const [tokens, vocabulary] = logits.dims as [number, number];
  const seeds = floatTensor([tokens, vocabulary]);
  for (const [token, id] of ids.entries()) {
    const row = seeds.data.subarray(token * vocabulary, (token + 1) * vocabulary);
    if (target.kind === "logprob") {
      const probabilities = softmax(logits.data.subarray(token * vocabulary, (token + 1) * vocabulary));
      for (let other = 0; other < vocabulary; other++) row[other] = -probabilities[other]!;
    }
    row[id]! += 1;
    if (target.kind === "contrast") row[target.rivalId]! -= 1;
  }
  return seeds;
}
