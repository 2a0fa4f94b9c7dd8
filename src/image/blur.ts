/** @file Gaussian blur of a line of values, in a time that does not depend on its width. */

/** Four boxes after each other come within 4 % of the Gaussian (6 % at sigma 1), and reach no further than 3.5 sigma. */
export const blurPasses = 4;

/** A box of 2 `reach` + 1 whole cells and two at its ends that count `end`, of the variance `variance`. */
function boxOf(variance: number): { readonly reach: number; readonly end: number; readonly size: number } {
  const reach = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const beyond = (reach + 1) ** 2;
  const end = ((2 * reach + 1) * ((reach * (reach + 1)) / 3 - variance)) / (2 * (variance - beyond));
  return { reach, end, size: 2 * reach + 1 + 2 * end };
}

/** One pass along a line of `length` values; beyond its ends the end values go on. */
function boxPass(from: Float32Array, to: Float32Array, length: number, box: ReturnType<typeof boxOf>): void {
  const { reach, end, size } = box;
  const at = (i: number): number => from[Math.max(0, Math.min(length - 1, i))]!;
  let sum = 0;
  for (let i = -reach; i <= reach; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    to[i] = (sum + end * (at(i - reach - 1) + at(i + reach + 1))) / size;
    sum += at(i + reach + 1) - at(i - reach);
  }
}

/**
 * Blurs a line of values by extended boxes that together have exactly the variance of a Gaussian of standard deviation `sigma`
 * (in cells): the time does not depend on sigma. Changes `line` in place.
 */
export function blurLine(line: Float32Array, sigma: number): void {
  const box = boxOf((sigma * sigma) / blurPasses);
  let from = line.slice();
  let to = new Float32Array(line.length);
  for (let pass = 0; pass < blurPasses; pass++) {
    boxPass(from, to, line.length, box);
    [from, to] = [to, from];
  }
  line.set(from);
}
