/**
 * @file Integrated gradients (Sundararajan, Taly, Yan: "Axiomatic Attribution for Deep Networks", ICML 2017): the gradient of a score is
 * averaged over the straight line from a baseline to the input and multiplied by their difference (equation 1). The attributions sum to the
 * difference of the scores at both ends (completeness, proposition 1), up to the error of the numeric integral.
 */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";

/** A place on the line, 0 (baseline) to 1 (input), and how much of the integral the gradient there stands for. */
export interface PathPoint {
  readonly at: number;
  readonly weight: number;
}

/** The Legendre polynomial of a degree at x in -1 to 1, and its derivative, by Bonnet's recursion. */
function legendre(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}

/**
 * Places and weights of Gauss-Legendre quadrature, ascending: exact for polynomials of degree 2 x steps - 1, so that a smooth path takes far
 * fewer steps than equal distances would. Throws if `steps` is no whole number of at least 1.
 */
export function pathPoints(steps: number): PathPoint[] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new Error(`Integrated gradients take a whole number of steps of at least 1, got ${steps}.`);
  }
  return Array.from({ length: steps }, (_, i) => {
    // Newton's method from Tricomi's estimate of the root.
    let x = -Math.cos((Math.PI * (i + 0.75)) / (steps + 0.5));
    for (let round = 0; round < 50; round++) {
      const { value, slope } = legendre(steps, x);
      const change = value / slope;
      x -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    const { slope } = legendre(steps, x);
    return { at: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}

/** The mean row of a matrix in every row, [rows, width]: image tokens without any information about places. */
export function meanRows(matrix: FloatTensor): FloatTensor {
  const [rows, width] = matrix.dims as [number, number];
  const mean = new Float64Array(width);
  for (const [i, value] of matrix.data.entries()) mean[i % width]! += value / rows;
  const whole = floatTensor([rows, width]);
  for (let row = 0; row < rows; row++) whole.data.set(mean, row * width);
  return whole;
}

/** The point `at` of the line from baseline to input, in their shape. */
export function onPath(baseline: FloatTensor, input: FloatTensor, at: number): FloatTensor {
  const point = input.data.map((value, i) => baseline.data[i]! + at * (value - baseline.data[i]!));
  return floatTensor(input.dims, point);
}

/** What a point adds to the attribution of each row [rows]: weight x sum over the width of (input - baseline) x gradient. */
export function pathContributions(
  { input, baseline, gradient }: { input: FloatTensor; baseline: FloatTensor; gradient: FloatTensor },
  weight: number,
): Float64Array {
  const [rows, width] = input.dims as [number, number];
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      sum += (input.data[i]! - baseline.data[i]!) * gradient.data[i]!;
    }
    return weight * sum;
  });
}
