/** @file Angles on a ring: as near as possible to where nodes want to be, and far enough apart. */

const turn = 2 * Math.PI;

/** An angle in [0, 2 pi). */
export function wrapAngle(angle: number): number {
  return ((angle % turn) + turn) % turn;
}

/** The distance between two angles the short way round, 0 to pi. */
export function angleBetween(a: number, b: number): number {
  const distance = wrapAngle(a - b);
  return Math.min(distance, turn - distance);
}

/** The mean direction of angles; undefined where there are none, or where they cancel. */
export function meanAngle(angles: readonly number[]): number | undefined {
  const x = angles.reduce((sum, angle) => sum + Math.cos(angle), 0);
  const y = angles.reduce((sum, angle) => sum + Math.sin(angle), 0);
  return Math.hypot(x, y) < 1e-9 ? undefined : wrapAngle(Math.atan2(y, x));
}

/** The non-decreasing sequence with the least sum of squared distances to the given one, by pooling neighbors that violate the order. */
export function ascendingFit(values: readonly number[]): number[] {
  const blocks: { sum: number; count: number }[] = [];
  for (const value of values) {
    blocks.push({ sum: value, count: 1 });
    while (blocks.length > 1) {
      const [before, last] = [blocks.at(-2)!, blocks.at(-1)!];
      if (before.sum / before.count <= last.sum / last.count) break;
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  return blocks.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}

/**
 * Moves angles apart. `apart(i, j)` is the least angle between two that become neighbors on the ring. Where they do not fit around the ring,
 * all gaps shrink alike.
 */
export function separateAngles(wanted: readonly number[], apart: (i: number, j: number) => number): number[] {
  const count = wanted.length;
  if (count < 2) return wanted.map(wrapAngle);
  const order = wanted.map((_, i) => i).sort((i, j) => wrapAngle(wanted[i]!) - wrapAngle(wanted[j]!) || i - j);
  const at = (k: number): number => wrapAngle(wanted[order[k]!]!);
  // The ring is cut open at its widest gap.
  let widest = 0;
  let cut = 0;
  for (let k = 0; k < count; k++) {
    const gap = wrapAngle(at((k + 1) % count) - at(k)) || (count === 1 ? turn : 0);
    if (gap > widest) [widest, cut] = [gap, (k + 1) % count];
  }
  const line = Array.from({ length: count }, (_, k) => order[(cut + k) % count]!);
  const start = wrapAngle(wanted[line[0]!]!);
  const unrolled = line.map((i) => start + wrapAngle(wanted[i]! - start));
  const needed = line.map((i, k) => apart(i, line[(k + 1) % count]!));
  const total = needed.reduce((sum, each) => sum + each, 0);
  const shrink = Math.min(1, turn / total);
  const offsets = needed.map((_, k) => shrink * needed.slice(0, k).reduce((sum, each) => sum + each, 0));
  const fitted = ascendingFit(unrolled.map((angle, k) => angle - offsets[k]!)).map((angle, k) => angle + offsets[k]!);
  const isClosed = fitted[0]! + turn - fitted.at(-1)! >= shrink * needed.at(-1)! - 1e-9;
  const result = new Array<number>(count);
  if (isClosed) {
    line.forEach((i, k) => (result[i] = wrapAngle(fitted[k]!)));
    return result;
  }
  // The ends of the line meet: spread over the whole ring, turned to where they want to be on the whole.
  const slack = (turn - shrink * total) / count;
  const spread = offsets.map((offset, k) => offset + slack * k);
  const shift = meanAngle(spread.map((angle, k) => unrolled[k]! - angle)) ?? 0;
  line.forEach((i, k) => (result[i] = wrapAngle(spread[k]! + shift)));
  return result;
}
