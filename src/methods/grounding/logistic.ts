/** @file Logistic models: a probability from a few features. */

export interface LogisticModel {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The probability that a model gives to features. Throws an Error if there are not as many as weights. */
export function logisticScore({ intercept, weights }: LogisticModel, features: readonly number[]): number {
  if (features.length !== weights.length) {
    throw new Error(`logistic: a model of ${weights.length} features needs as many, got ${features.length}.`);
  }
  return logistic(weights.reduce((sum, weight, i) => sum + weight * features[i]!, intercept));
}
