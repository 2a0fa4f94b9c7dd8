/** @file Blurs a region of a picture. */
import { blurLine, blurPasses } from "../../src/image/blur.ts";
import type { PixelBox, Pixels } from "./pixels.ts";

/** Blurs the pixels of a box in place. What lies around the box, up to 3.5 sigma, flows into it. */
export function blurBox({ width, height, data }: Pixels, box: PixelBox, sigma: number): void {
  const margin = Math.ceil(3.5 * sigma) + blurPasses;
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
