/** @file How wide the left column of Explore may be made. */

const narrowestLeft = 320;
const narrowestRight = 560;

/** The nearest width in CSS pixels that leaves room for both columns in a window of `total` pixels. */
export function clampWidth(width: number, total: number): number {
  return Math.max(narrowestLeft, Math.min(width, total - narrowestRight));
}
