/**
 * @file The parts of the grounding score, each from 0 to 1. Changes in nats have no upper end; x / (1 + x) brings them there without a scale
 * that would have to be fitted.
 */
import { logSumExp } from "../probability.ts";

export interface Parts {
  /** Total variation between the token's distributions with the picture and with its mean color. */
  readonly blank: number;
  /** The same against other pictures, mean. */
  readonly others: number;
  /** How far the logits move with other pictures, mean: `logitsMoved`. It still tells pictures apart if probabilities are near 0 or 1. */
  readonly logits: number;
  /** The largest fall of the token's log-odds with another picture: `oddsFallen`. */
  readonly odds: number;
  /** The largest necessity of a set of patches that was confirmed as a minimal cause; 0 if none was, null if none was searched. */
  readonly necessity: number | null;
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

/** The total variation between one distribution and each of others, mean. Throws without others, and as `totalVariation`. */
export function meanVariation(one: Float32Array, others: readonly Float32Array[]): number {
  if (others.length === 0) throw new Error("grounding: a mean change needs other distributions, got none.");
  return others.reduce((sum, other) => sum + totalVariation(one, other), 0) / others.length;
}

/** x / (1 + x) of the positive part. */
function bounded(nats: number): number {
  const positive = Math.max(0, nats);
  return positive / (1 + positive);
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The root mean square difference, in nats, between raw logits [vocabulary] and those with each other picture, each less their mean; the mean
 * over the pictures as x / (1 + x). Throws an Error without others.
 */
export function logitsMoved(one: Float32Array, others: readonly Float32Array[]): number {
  if (others.length === 0) throw new Error("grounding: a mean change needs other logits, got none.");
  const own = meanOf(one);
  const moves = others.map((other) => {
    const shift = own - meanOf(other);
    let square = 0;
    for (let id = 0; id < one.length; id++) square += (one[id]! - other[id]! - shift) ** 2;
    return Math.sqrt(square / one.length);
  });
  return bounded(moves.reduce((sum, move) => sum + move, 0) / moves.length);
}

/** ln p / (1 - p) of an entry under raw logits: its logit less the log of the summed exponentials of all others. */
function logOdds(logits: Float32Array, id: number): number {
  return logits[id]! - logSumExp(logits.filter((_, other) => other !== id));
}

/** The largest fall of an entry's log-odds, in nats, from raw logits to those with another picture, as x / (1 + x). */
export function oddsFallen(id: number, one: Float32Array, others: readonly Float32Array[]): number {
  const own = logOdds(one, id);
  return bounded(Math.max(0, ...others.map((other) => own - logOdds(other, id))));
}
