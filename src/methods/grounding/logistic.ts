/** @file Logistic regression with a ridge, by Newton's method (iteratively reweighted least squares): deterministic, for a few features. */

export interface LogisticModel {
  readonly intercept: number;
  readonly weights: readonly number[];
}

export interface LabelledFeatures {
  readonly features: readonly number[];
  readonly label: 0 | 1;
}

/** 1 / (1 + exp(-x)). */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The probability that a model gives to features. */
export function logisticScore({ intercept, weights }: LogisticModel, features: readonly number[]): number {
  return logistic(weights.reduce((sum, weight, i) => sum + weight * features[i]!, intercept));
}

/** Solves a x = b for a small symmetric positive definite a, by elimination. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = a.map((row, i) => [...row, b[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let j = column; j <= size; j++) rows[row]![j]! -= factor * rows[column]![j]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let sum = rows[row]![size]!;
    for (let j = row + 1; j < size; j++) sum -= rows[row]![j]! * x[j]!;
    x[row] = sum / rows[row]![row]!;
  }
  return x;
}

/**
 * Fits the model that minimizes the mean log-loss plus `ridge` / 2 times the sum of squared weights (the intercept is free); both labels
 * weigh the same, whatever their number. Throws where one of the labels is missing.
 */
export function fitLogistic(
  samples: readonly LabelledFeatures[],
  { ridge }: { readonly ridge: number },
): LogisticModel {
  const ones = samples.filter(({ label }) => label === 1).length;
  const zeros = samples.length - ones;
  if (ones === 0 || zeros === 0) throw new Error("logistic: samples of both labels are needed to fit a model.");
  const count = samples[0]!.features.length + 1;
  const rows = samples.map(({ features, label }) => ({
    x: [1, ...features],
    label,
    weight: label === 1 ? 0.5 / ones : 0.5 / zeros,
  }));
  let beta = new Array<number>(count).fill(0);
  for (let iteration = 0; iteration < 100; iteration++) {
    const gradient = beta.map((value, j) => (j === 0 ? 0 : ridge * value));
    const hessian = beta.map((_, j) => beta.map((__, k) => (j === k ? (j === 0 ? 1e-12 : ridge) : 0)));
    for (const { x, label, weight } of rows) {
      const p = logistic(x.reduce((sum, value, j) => sum + value * beta[j]!, 0));
      for (let j = 0; j < count; j++) {
        gradient[j]! += weight * (p - label) * x[j]!;
        for (let k = 0; k < count; k++) hessian[j]![k]! += weight * p * (1 - p) * x[j]! * x[k]!;
      }
    }
    const step = solve(hessian, gradient);
    beta = beta.map((value, j) => value - step[j]!);
    if (Math.max(...step.map(Math.abs)) < 1e-12) break;
  }
  return { intercept: beta[0]!, weights: beta.slice(1) };
}
