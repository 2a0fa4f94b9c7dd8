/** @file The tail of the normal distribution, precise far out, and its inverse. */

/** The series is used below, the continued fraction from here on; both are precise to 15 digits there. */
const seriesEnd = 2;
const smallest = 1e-300;

/** The complementary error function, with full relative precision for positive x (Abramowitz & Stegun 7.1.6 and 7.1.14). */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 0) return 2 - erfc(-x);
  if (x === Infinity) return 0;
  if (x < seriesEnd) {
    // erf(x) = 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n + 1) / (1 3 5 ... (2n + 1))
    let term = x;
    let sum = x;
    for (let n = 1; term > 1e-18 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  // Lentz's method for x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ...)))).
  let fraction = x;
  let c = x;
  let d = 0;
  for (let n = 1; n < 500; n++) {
    const numerator = n / 2;
    d = 1 / (x + numerator * d || smallest);
    c = x + numerator / c || smallest;
    const delta = c * d;
    fraction *= delta;
    if (Math.abs(delta - 1) < 1e-16) break;
  }
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** The two-sided tail 2 (1 - Phi(v)) of v >= 0. */
export function twoSidedTail(v: number): number {
  return erfc(v / Math.SQRT2);
}

/** The v with 2 (1 - Phi(v)) = p, for p in (0, 1]. Throws a RangeError for others. */
export function twoSidedQuantile(p: number): number {
  if (!(p > 0 && p <= 1)) throw new RangeError(`A significance threshold lies above 0 and up to 1, got ${p}.`);
  // Newton's method on the logarithm of the tail, which falls ever faster: from a v that is too large, as the tail is at most
  // exp(-v^2 / 2), it comes down to the solution.
  let v = Math.sqrt(-2 * Math.log(p));
  for (let i = 0; i < 30; i++) {
    const tail = twoSidedTail(v);
    const density = Math.sqrt(2 / Math.PI) * Math.exp((-v * v) / 2);
    const step = (Math.log(tail / p) * tail) / density;
    v += step;
    if (Math.abs(step) < 1e-15 * Math.max(1, v)) break;
  }
  return v;
}
