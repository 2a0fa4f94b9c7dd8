/** @file Maps: one number per image token, and how they are scaled for display and comparison. */

/** The smallest and largest value of a map. */
export interface MapRange {
  readonly min: number;
  readonly max: number;
}

/** The part of a map that belongs to one picture. */
export interface ImageMap {
  /** Index of the picture. */
  readonly image: number;
  /** Indices of its tokens among all image tokens. */
  readonly tokens: readonly number[];
  /** The value at each of these tokens. */
  readonly values: Float32Array;
}

const none: ReadonlySet<number> = new Set();

/** Splits a map over all image tokens by picture; `images` holds the picture of each image token. Pictures come in ascending order. */
export function splitByImage(values: ArrayLike<number>, images: ArrayLike<number>): ImageMap[] {
  if (values.length !== images.length) {
    throw new Error(`map: ${images.length} image tokens need as many values, got ${values.length}.`);
  }
  const tokens = new Map<number, number[]>();
  for (let i = 0; i < images.length; i++) {
    const ofImage = tokens.get(images[i]!);
    if (ofImage) ofImage.push(i);
    else tokens.set(images[i]!, [i]);
  }
  return [...tokens]
    .sort(([a], [b]) => a - b)
    .map(([image, indices]) => ({ image, tokens: indices, values: Float32Array.from(indices, (i) => values[i]!) }));
}

/** Range of a map without the tokens in `excluded` (attention sinks); values that are not finite do not count. {0, 0} when nothing is left. */
export function mapRange(values: ArrayLike<number>, excluded: ReadonlySet<number> = none): MapRange {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (excluded.has(i) || !Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}

/** Maps `range` to 0-1; values outside (those of hidden sinks) are clamped. Zeros where the range is empty or a value is not a number. */
export function scaleMap(values: ArrayLike<number>, { min, max }: MapRange): Float32Array {
  const width = max - min;
  return Float32Array.from(values, (value) =>
    width > 0 && !Number.isNaN(value) ? Math.min(1, Math.max(0, (value - min) / width)) : 0,
  );
}

/** Divides a map by the sum of its values without `excluded`, whose entries become 0; zeros where that sum is not positive. */
export function shareMap(values: ArrayLike<number>, excluded: ReadonlySet<number> = none): Float32Array {
  const kept = Float32Array.from(values, (value, i) => (excluded.has(i) ? 0 : value));
  const sum = kept.reduce((total, value) => total + value, 0);
  return sum > 0 ? kept.map((value) => value / sum) : kept.fill(0);
}
