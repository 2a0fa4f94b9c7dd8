/**
 * @file The four parts of the grounding score, each from 0 to 1. The second, the image part of exact relevancy, is `imagePart` of
 * relevancy.ts.
 */
import type { FloatTensor } from "../../tensor/tensor.ts";
import { logSumExp } from "../probability.ts";

export interface Parts {
  /** Share of attention on the image without sinks, mean of all layers and heads. */
  readonly attention: number;
  /** Image part of exact relevancy; null if the token has none. */
  readonly relevancy: number | null;
  /** Total variation between the token's distributions with the picture and with its mean color. */
  readonly blank: number;
  /** The same against other pictures, mean. */
  readonly others: number;
}

/**
 * The share of attention that each answer token's row gives one group, mean of all layers and heads, from `shares` [answer tokens, layers,
 * heads, groups]. With the image without its sinks as the group it is the first part.
 */
export function meanShares({ dims, data }: FloatTensor, group: number): number[] {
  const [tokens, layers, heads, groups] = dims as [number, number, number, number];
  const rows = layers * heads;
  return Array.from({ length: tokens }, (_, token) => {
    let sum = 0;
    for (let row = token * rows; row < (token + 1) * rows; row++) sum += data[row * groups + group]!;
    return sum / rows;
  });
}

/**
 * Half the sum of |p - q| of the distributions that raw logits [vocabulary] stand for, 0 (the same) to 1 (nothing in common). Throws an Error if
 * their lengths differ.
 */
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

/** The total variation between one distribution and each of others, mean: the fourth part. Throws without others, and as `totalVariation`. */
export function meanVariation(one: Float32Array, others: readonly Float32Array[]): number {
  if (others.length === 0) throw new Error("grounding: a mean change needs other distributions, got none.");
  return others.reduce((sum, other) => sum + totalVariation(one, other), 0) / others.length;
}
