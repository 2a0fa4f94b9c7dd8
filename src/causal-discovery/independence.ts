/** @file Conditional independence of two tokens by their partial correlation and Fisher's z (Kalisch, Buehlmann, JMLR 8, 2007). */
import { twoSidedQuantile, twoSidedTail } from "./normal.ts";
import type { SignRule } from "./options.ts";

/** Decides whether x and y are independent given some others; all are indices of nodes. */
export type IndependenceTest = (x: number, y: number, given: readonly number[]) => boolean;

/** Thrown by the reference variant if the correlation of the tokens is an exactly singular matrix. */
export class SingularCorrelationError extends Error {
  override readonly name = "SingularCorrelationError";
}

/** How a singular correlation is treated: signalled, as in the published tool, or the redundant conditioning tokens dropped. */
type SingularRule = "signal" | "drop";

export interface FisherTestOptions {
  readonly alpha: number;
  readonly samples: number;
  readonly signRule: SignRule;
  readonly singular: SingularRule;
}

export interface FisherTest {
  readonly isIndependent: IndependenceTest;
  /** Tests in which x or y was determined by the conditioning tokens. */
  degenerate(): number;
}

/** A pivot below it means that a conditioning token is determined by the others. */
const leastPivot = 1e-12;

/** Partial correlation of x and y; `undefined` if one of them is determined by the rest. */
type PartialCorrelation = (x: number, y: number, given: readonly number[]) => number | undefined;

/** -P01 / sqrt |P00 P11| of the inverse P of R over (x, y, given), by elimination with pivots. Throws an Error if it is exactly singular. */
function byInverse(correlation: Float64Array, count: number): PartialCorrelation {
  return (x, y, given) => {
    const nodes = [x, y, ...given];
    const size = nodes.length;
    const width = size + 2;
    // The matrix beside the first two columns of the identity.
    const work = new Float64Array(size * width);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) work[i * width + j] = correlation[nodes[i]! * count + nodes[j]!]!;
      if (i < 2) work[i * width + size + i] = 1;
    }
    for (let column = 0; column < size; column++) {
      let pivot = column;
      for (let row = column + 1; row < size; row++) {
        if (Math.abs(work[row * width + column]!) > Math.abs(work[pivot * width + column]!)) pivot = row;
      }
      const value = work[pivot * width + column]!;
      if (value === 0) {
        throw new SingularCorrelationError(
          "The attention of some tokens is exactly alike in this head, so that the published test cannot be made; use the exact variant.",
        );
      }
      if (pivot !== column) {
        for (let j = 0; j < width; j++) {
          const swapped = work[column * width + j]!;
          work[column * width + j] = work[pivot * width + j]!;
          work[pivot * width + j] = swapped;
        }
      }
      for (let row = column + 1; row < size; row++) {
        const factor = work[row * width + column]! / value;
        if (factor === 0) continue;
        for (let j = column; j < width; j++) work[row * width + j]! -= factor * work[column * width + j]!;
      }
    }
    for (let column = 0; column < 2; column++) {
      for (let row = size - 1; row >= 0; row--) {
        let sum = work[row * width + size + column]!;
        for (let j = row + 1; j < size; j++) sum -= work[row * width + j]! * work[j * width + size + column]!;
        work[row * width + size + column] = sum / work[row * width + row]!;
      }
    }
    const [p00, p01, p11] = [work[size]!, work[size + 1]!, work[width + size + 1]!];
    return -p01 / Math.sqrt(Math.abs(p00 * p11));
  };
}

/** The same by the Schur complement of R over `given`, whose Cholesky factor leaves out determined tokens. */
function bySchurComplement(correlation: Float64Array, count: number): PartialCorrelation {
  return (x, y, given) => {
    const size = given.length;
    const factor = new Float64Array(size * size);
    const solvedX = new Float64Array(size);
    const solvedY = new Float64Array(size);
    const keptNodes = new Int32Array(size);
    let [xx, xy, yy] = [correlation[x * count + x]!, correlation[x * count + y]!, correlation[y * count + y]!];
    let kept = 0;
    for (const node of given) {
      const row = kept * size;
      let pivot = correlation[node * count + node]!;
      for (let j = 0; j < kept; j++) {
        let sum = correlation[node * count + keptNodes[j]!]!;
        for (let k = 0; k < j; k++) sum -= factor[row + k]! * factor[j * size + k]!;
        const value = sum / factor[j * size + j]!;
        factor[row + j] = value;
        pivot -= value * value;
      }
      if (pivot < leastPivot) continue;
      const diagonal = Math.sqrt(pivot);
      factor[row + kept] = diagonal;
      let [left, right] = [correlation[x * count + node]!, correlation[y * count + node]!];
      for (let k = 0; k < kept; k++) {
        left -= factor[row + k]! * solvedX[k]!;
        right -= factor[row + k]! * solvedY[k]!;
      }
      left /= diagonal;
      right /= diagonal;
      solvedX[kept] = left;
      solvedY[kept] = right;
      xx -= left * left;
      xy -= left * right;
      yy -= right * right;
      keptNodes[kept] = node;
      kept += 1;
    }
    return xx < leastPivot || yy < leastPivot ? undefined : xy / Math.sqrt(xx * yy);
  };
}

/**
 * Partial correlation of x and y given others from a correlation matrix [nodes, nodes]: the entry itself, the closed form for one
 * token, and the inverse for more. Infinite or NaN as the formulas give it.
 */
export function partialCorrelation(
  correlation: Float64Array,
  { x, y, given }: { readonly x: number; readonly y: number; readonly given: readonly number[] },
): number {
  const count = Math.round(Math.sqrt(correlation.length));
  const direct = correlation[x * count + y]!;
  if (given.length === 0) return direct;
  if (given.length === 1) {
    const z = given[0]!;
    const [xz, yz] = [correlation[x * count + z]!, correlation[y * count + z]!];
    return (direct - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz));
  }
  return byInverse(correlation, count)(x, y, given)!;
}

/**
 * The p-value of the test, for display; the decision is `isIndependent`. Legacy: a correlation up to 0 counts as independent, which is
 * written as Infinity. NaN if there are fewer samples than s + 3.
 */
export function independencePValue(
  correlation: number,
  { samples, given, signRule }: { readonly samples: number; readonly given: number; readonly signRule: SignRule },
): number {
  if (signRule === "legacy") {
    if (correlation >= 1) return 0;
    if (correlation <= 0) return Infinity;
  } else if (Math.abs(correlation) >= 1) return 0;
  const v = Math.abs(Math.sqrt(samples - given - 3) * 0.5 * Math.log1p((2 * correlation) / (1 - correlation)));
  return twoSidedTail(v);
}

/** The tests of one correlation matrix [nodes, nodes]. `isIndependent` throws a SingularCorrelationError if the rule is to signal. */
export function fisherTest(correlation: Float64Array, options: FisherTestOptions): FisherTest {
  const { alpha, samples, signRule, singular } = options;
  const count = Math.round(Math.sqrt(correlation.length));
  const quantile = alpha >= 1 ? 0 : twoSidedQuantile(alpha);
  /** Largest |r| that counts as independent, by size of the conditioning set: |r| below it. NaN compares as dependent. */
  const limits = new Float64Array(count).fill(NaN);
  for (let given = 0; given < count && alpha < 1; given++) {
    limits[given] = Math.tanh(quantile / Math.sqrt(samples - given - 3));
  }
  const isLegacy = signRule === "legacy";
  const higher = singular === "signal" ? byInverse(correlation, count) : bySchurComplement(correlation, count);
  let degenerate = 0;

  function isSmall(r: number, given: number): boolean {
    if (isLegacy) return r <= 0 || r < limits[given]!;
    return Math.abs(r) < limits[given]!;
  }
  return {
    degenerate: () => degenerate,
    isIndependent(x, y, given) {
      const direct = correlation[x * count + y]!;
      if (given.length === 0) return !(direct >= 1) && isSmall(direct, 0);
      if (given.length === 1) {
        const z = given[0]!;
        const xz = correlation[x * count + z]!;
        const yz = correlation[y * count + z]!;
        const [restX, restY] = [1 - xz * xz, 1 - yz * yz];
        if (singular === "signal") {
          if (xz >= 1 || yz >= 1) return false;
        } else if (restX < leastPivot || restY < leastPivot) {
          degenerate += 1;
          return false;
        }
        return isSmall((direct - xz * yz) / Math.sqrt(restX * restY), 1);
      }
      const r = higher(x, y, given);
      if (r === undefined) {
        degenerate += 1;
        return false;
      }
      return isSmall(r, given.length);
    },
  };
}
