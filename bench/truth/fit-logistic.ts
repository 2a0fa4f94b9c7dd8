/**
 * @file Logistic regression with a ridge, by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani,
 * Friedman, "The Elements of Statistical Learning", section 4.4): deterministic, for a few features.
 */
import { logistic, type LogisticModel } from "../../src/methods/grounding/logistic.ts";

export interface LabeledFeatures {
  readonly features: readonly number[];
  readonly label: 0 | 1;
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

/** A sample with a leading 1 for the intercept, and its share of the loss. */
interface WeighedRow {
  readonly x: readonly number[];
  readonly label: 0 | 1;
  readonly weight: number;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The mean log-loss with its ridge. */
function lossAt(rows: readonly WeighedRow[], { beta, ridge }: { beta: readonly number[]; ridge: number }): number {
  const penalty = beta.slice(1).reduce((sum, value) => sum + value * value, 0) * (ridge / 2);
  return rows.reduce((sum, { x, label, weight }) => {
    // ln(1 + e^z) without overflow, where z is large if the model is wrong.
    const z = label === 1 ? -dot(x, beta) : dot(x, beta);
    return sum + weight * (Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z))));
  }, penalty);
}

/** Newton's step from `beta`: the solution of Hessian x step = gradient. */
function newtonStep(
  rows: readonly WeighedRow[],
  { beta, ridge }: { beta: readonly number[]; ridge: number },
): number[] {
  const gradient = beta.map((value, j) => (j === 0 ? 0 : ridge * value));
  // The tiny entry keeps the system solvable if every sample is certain.
  const hessian = beta.map((_, j) => beta.map((__, k) => (j === k ? (j === 0 ? 1e-12 : ridge) : 0)));
  for (const { x, label, weight } of rows) {
    const p = logistic(dot(x, beta));
    for (let j = 0; j < x.length; j++) {
      gradient[j]! += weight * (p - label) * x[j]!;
      for (let k = 0; k < x.length; k++) hessian[j]![k]! += weight * p * (1 - p) * x[j]! * x[k]!;
    }
  }
  return solve(hessian, gradient);
}

const mostIterations = 200;
const smallestShare = 1e-9;
/** Close to the minimum a step changes the loss by less than its rounding, and is taken whole. */
const rounding = 1e-14;

/**
 * Fits the model that minimizes the mean log-loss plus `ridge` / 2 times the sum of squared weights (the intercept is free); both labels
 * weigh the same, whatever their number. A step that would not lower the loss is halved, so that the fit ends wherever it starts. Throws
 * an Error if one of the labels is missing, samples have different features or the ridge is not above 0.
 */
export function fitLogistic(samples: readonly LabeledFeatures[], { ridge }: { readonly ridge: number }): LogisticModel {
  const ones = samples.filter(({ label }) => label === 1).length;
  const zeros = samples.length - ones;
  if (ones === 0 || zeros === 0) throw new Error("logistic: samples of both labels are needed to fit a model.");
  if (!(ridge > 0)) throw new RangeError(`logistic: a fit needs a ridge above 0 to be unique, got ${ridge}.`);
  const width = samples[0]!.features.length;
  const odd = samples.find(({ features }) => features.length !== width || !features.every(Number.isFinite));
  if (odd !== undefined) {
    throw new Error(`logistic: every sample needs ${width} finite features, got [${odd.features.join(", ")}].`);
  }
  const rows = samples.map(({ features, label }) => ({
    x: [1, ...features],
    label,
    weight: label === 1 ? 0.5 / ones : 0.5 / zeros,
  }));
  let beta = new Array<number>(width + 1).fill(0);
  let loss = lossAt(rows, { beta, ridge });
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(rows, { beta, ridge });
    const after = (share: number) => beta.map((value, j) => value - share * step[j]!);
    let share = 1;
    while (share > smallestShare && lossAt(rows, { beta: after(share), ridge }) > loss + rounding) share /= 2;
    beta = after(share);
    if (Math.max(...step.map(Math.abs)) < 1e-12) break;
    loss = lossAt(rows, { beta, ridge });
  }
  return { intercept: beta[0]!, weights: beta.slice(1) };
}
