/** @file Pillow's resampling filters and their fixed-point weights along one axis. */
import type { ResamplingFilter } from "./types.ts";

/** Fraction bits of a weight: 32 bits less 8 for the level and 2 of headroom for the filters' negative lobes. */
export const precisionBits = 32 - 8 - 2;

export type SmoothFilter = Exclude<ResamplingFilter, "nearest">;

interface Kernel {
  /** Half width in source pixels when the picture is not made smaller. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function bicubicWeight(distance: number): number {
  const x = Math.abs(distance);
  // Keys' cubic convolution with a = -0.5.
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

function hammingWeight(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0;
}

const kernels: Readonly<Record<SmoothFilter, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hammingWeight },
  bicubic: { support: 2, weight: bicubicWeight },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** One axis of a resize: the `from` pixels of the canvas become `to`, of which `count` from `start` are wanted. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly count: number;
  /** The stretch of the canvas that the picture covers; the rest is padding. */
  readonly picture: { readonly start: number; readonly count: number };
}

/** Which pixels of the picture make each output pixel of an axis, and with what weight. */
export interface Taps {
  /** [count] the first pixel of the picture. */
  readonly first: Int32Array;
  /** [count] how many pixels follow each other from there. */
  readonly length: Int32Array;
  /** [count, stride] fixed-point weights with `precisionBits` fraction bits. */
  readonly weights: Int32Array;
  readonly stride: number;
  /** [count] the sum of the weights that fall on padding. */
  readonly padding: Int32Array;
}

/**
 * The taps of Pillow's antialiased filters: the kernel is stretched by the scale when the picture gets smaller, sampled at
 * pixel centers, cut at the canvas' edge, made to sum to 1 and rounded half away from zero.
 */
export function filterTaps(axis: Axis, filter: SmoothFilter): Taps {
  const { from, count, picture } = axis;
  const { support: kernelSupport, weight } = kernels[filter];
  const scale = from / axis.to;
  const stretch = Math.max(scale, 1);
  const support = kernelSupport * stretch;
  const widest = Math.min(Math.ceil(support) * 2 + 1, from);
  const stride = Math.min(widest, picture.count);
  const taps: Taps = {
    first: new Int32Array(count),
    length: new Int32Array(count),
    weights: new Int32Array(count * stride),
    stride,
    padding: new Int32Array(count),
  };
  const exact = new Float64Array(widest);
  for (let i = 0; i < count; i++) {
    const center = (axis.start + i + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    let sum = 0;
    for (let at = begin; at < end; at++) {
      const value = weight((at - center + 0.5) / stretch);
      exact[at - begin] = value;
      sum += value;
    }
    const first = clamp(begin - picture.start, picture.count);
    taps.first[i] = first;
    taps.length[i] = clamp(end - picture.start, picture.count) - first;
    for (let at = begin; at < end; at++) {
      const fixed = roundAwayFromZero((exact[at - begin]! / sum) * (1 << precisionBits));
      const place = at - picture.start;
      if (place >= 0 && place < picture.count) taps.weights[i * stride + place - first] = fixed;
      else taps.padding[i]! += fixed;
    }
  }
  return taps;
}

function clamp(place: number, count: number): number {
  return Math.min(count, Math.max(0, place));
}

function roundAwayFromZero(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

/** The pixel of the picture under the center of each output pixel, -1 on padding: Pillow's "nearest". */
export function nearestPixels({ from, to, start, count, picture }: Axis): Int32Array {
  const scale = from / to;
  const pixels = new Int32Array(count);
  // Pillow adds the scale up pixel by pixel; a product would round differently on the border between two pixels.
  let position = scale * 0.5;
  for (let i = 0; i < start; i++) position += scale;
  for (let i = 0; i < count; i++) {
    const place = Math.min(from - 1, Math.trunc(position)) - picture.start;
    pixels[i] = place >= 0 && place < picture.count ? place : -1;
    position += scale;
  }
  return pixels;
}
