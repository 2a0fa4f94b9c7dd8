/** @file Blurs a region of a picture. */
import type { Pixels } from "./apply-edits.ts";

export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Four boxes after each other come within 4 % of the Gaussian (6 % at sigma 1), and reach no further than 3.5 sigma. */
const passes = 4;

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
  const box = boxOf((sigma * sigma) / passes);
  let from = line.slice();
  let to = new Float32Array(line.length);
  for (let pass = 0; pass < passes; pass++) {
    boxPass(from, to, line.length, box);
    [from, to] = [to, from];
  }
  line.set(from);
}

/** Blurs the pixels of a box in place. What lies around the box, up to 3.5 sigma, flows into it. */
export function blurBox({ width, height, data }: Pixels, box: PixelBox, sigma: number): void {
  const margin = Math.ceil(3.5 * sigma) + passes;
  const left = Math.max(0, box.left - margin);
  const top = Math.max(0, box.top - margin);
  const columns = Math.min(width, box.left + box.width + margin) - left;
  const rows = Math.min(height, box.top + box.height + margin) - top;
  const row = new Float32Array(columns);
  const column = new Float32Array(rows);
  const across = new Float32Array(rows * box.width);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) row[x] = data[((top + y) * width + left + x) * 4 + channel]!;
      blurLine(row, sigma);
      across.set(row.subarray(box.left - left, box.left - left + box.width), y * box.width);
    }
    for (let x = 0; x < box.width; x++) {
      for (let y = 0; y < rows; y++) column[y] = across[y * box.width + x]!;
      blurLine(column, sigma);
      for (let y = 0; y < box.height; y++) {
        data[((box.top + y) * width + box.left + x) * 4 + channel] = Math.round(column[box.top - top + y]!);
      }
    }
  }
}
