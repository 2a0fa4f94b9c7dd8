/** @file A small chart of probabilities over the rows of the lens: axis ticks and lines, in a box of its own units. */

export const curveBox = { width: 330, height: 200, left: 34, right: 52, top: 10, bottom: 34 } as const;

const plotWidth = curveBox.width - curveBox.left - curveBox.right;
const plotHeight = curveBox.height - curveBox.top - curveBox.bottom;

/** Where a row of the lens stands, from the left. */
export function curveX(row: number, rows: number): number {
  return curveBox.left + (rows < 2 ? 0 : (row / (rows - 1)) * plotWidth);
}

/** Where a probability stands, from the top. */
export function curveY(probability: number): number {
  return curveBox.top + (1 - Math.min(1, Math.max(0, probability))) * plotHeight;
}

/** The line through probabilities, one a row, as the points of a polyline. */
export function curvePoints(probabilities: ArrayLike<number>): string {
  return Array.from(
    { length: probabilities.length },
    (_, row) => `${curveX(row, probabilities.length).toFixed(1)},${curveY(probabilities[row]!).toFixed(1)}`,
  ).join(" ");
}

/** Probabilities with a line across the chart. */
export const probabilityTicks = [0, 0.25, 0.5, 0.75, 1] as const;

const mostTicks = 9;

/** Rows that get a tick: every one up to nine, else every second, fourth, ... of them, and always the first layer's output on. */
export function rowTicks(rows: number): number[] {
  let step = 1;
  while (Math.ceil((rows - 1) / step) > mostTicks) step *= 2;
  return Array.from({ length: rows }, (_, row) => row).filter((row) => row > 0 && (row - 1) % step === 0);
}

const labelHeight = 12;

/** Heights of the names at the ends of two lines, moved apart where they would overlap. */
export function labelHeights(first: number, second: number): [number, number] {
  const [a, b] = [curveY(first), curveY(second)];
  const missing = labelHeight - Math.abs(a - b);
  if (missing <= 0) return [a, b];
  const isAbove = a <= b ? -1 : 1;
  return [a + (isAbove * missing) / 2, b - (isAbove * missing) / 2];
}
