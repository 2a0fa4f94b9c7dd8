/** @file Tables as text, and numbers as they stand in them. */
import type { Estimate } from "./summary.ts";

/** Lines of a table: the first column flush left, the others flush right. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}

/** In percent, without digits after the point; "-" if it is not a number. */
export function percent(value: number): string {
  return Number.isNaN(value) ? "-" : (100 * value).toFixed(0);
}

/** "67 [55, 78]" in percent, the interval left out if there are too few scenes. */
export function estimateText({ mean, interval }: Estimate): string {
  return interval === undefined
    ? percent(mean)
    : `${percent(mean)} [${percent(interval.low)}, ${percent(interval.high)}]`;
}

/** Least, quartiles and most in percent. */
export function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0, 0.25, 0.5, 0.75, 1].map((q) => percent(sorted[Math.round(q * (sorted.length - 1))] ?? NaN)).join(" ");
}
