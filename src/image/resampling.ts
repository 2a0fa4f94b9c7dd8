/** @file Pillow's resampling filters and their fixed-point coefficients along one axis. */
import type { ResamplingFilter } from "./types.ts";

/** Fraction bits of a coefficient: 32 bits less 8 for the level and 2 of headroom for the filters' negative lobes. */
export const precisionBits = 32 - 8 - 2;

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

const kernels: Readonly<Record<Exclude<ResamplingFilter, "nearest">, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hammingWeight },
  bicubic: { support: 2, weight: bicubicWeight },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** One axis of a resize: `from` source pixels become `to`, of which `count` from `start` are wanted. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly count: number;
}

/** Which source pixels make each output pixel of an axis, and with what weight. */
export interface Taps {
  /** [count] the first source pixel. */
  readonly first: Int32Array;
  /** [count] how many source pixels follow each other from there. */
  readonly length: Int32Array;
  /** [count, stride] fixed-point weights with `precisionBits` fraction bits. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/**
 * The taps of Pillow's antialiased filters: the kernel is stretched by the scale when the picture gets smaller, sampled at
 * pixel centers, cut at the picture's edge, made to sum to 1 and rounded half away from zero.
 */
export function filterTaps(axis: Axis, filter: Exclude<ResamplingFilter, "nearest">): Taps {
  const { support: kernelSupport, weight } = kernels[filter];
  const scale = axis.from / axis.to;
  const stretch = Math.max(scale, 1);
  const support = kernelSupport * stretch;
  const stride = Math.min(Math.ceil(support) * 2 + 1, axis.from);
  const taps: Taps = {
    first: new Int32Array(axis.count),
    length: new Int32Array(axis.count),
    weights: new Int32Array(axis.count * stride),
    stride,
  };
  const exact = new Float64Array(stride);
  for (let i = 0; i < axis.count; i++) {
    const center = (axis.start + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const length = Math.min(axis.from, Math.trunc(center + support + 0.5)) - first;
    let sum = 0;
    for (let tap = 0; tap < length; tap++) {
      const value = weight((first + tap - center + 0.5) / stretch);
      exact[tap] = value;
      sum += value;
    }
    taps.first[i] = first;
    taps.length[i] = length;
    for (let tap = 0; tap < length; tap++) {
      const fixed = (exact[tap]! / sum) * (1 << precisionBits);
      taps.weights[i * stride + tap] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    }
  }
  return taps;
}

/** The source pixel under the center of each output pixel: Pillow's "nearest". */
export function nearestPixels(axis: Axis): Int32Array {
  const scale = axis.from / axis.to;
  const pixels = new Int32Array(axis.count);
  // Pillow adds the scale up pixel by pixel; a product would round differently on the border between two pixels.
  let position = scale * 0.5;
  for (let i = 0; i < axis.start; i++) position += scale;
  for (let i = 0; i < axis.count; i++) {
    pixels[i] = Math.min(axis.from - 1, Math.trunc(position));
    position += scale;
  }
  return pixels;
}
