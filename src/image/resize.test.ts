import { describe, expect, it } from "vitest";
import { resizePixels } from "./resize.ts";
import type { SmoothFilter } from "./resampling.ts";
import type { ResamplingFilter } from "./types.ts";

/** A picture of noise, the same on every machine: the upper bytes of a linear congruential generator. */
function noise({ width, height, channels = 3, seed = 7 }: NoiseOptions) {
  let state = seed;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}

interface NoiseOptions {
  readonly width: number;
  readonly height: number;
  readonly channels?: number;
  readonly seed?: number;
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

function sincProduct(x: number, lobes: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= lobes) return 0;
  return (lobes * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / lobes)) / (Math.PI * x) ** 2;
}

/** The textbook definitions, each written otherwise than in the code under test. */
const textbook: Record<SmoothFilter, (distance: number) => number> = {
  box: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0),
  bilinear: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0),
  hamming: (x) =>
    Math.abs(x) < 1 && x !== 0
      ? (Math.sin(Math.PI * x) / (Math.PI * x)) * (0.54 + 0.46 * Math.cos(Math.PI * x))
      : Number(x === 0),
  bicubic: (x) => {
    const a = -0.5;
    const d = Math.abs(x);
    if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
  },
  lanczos: (x) => sincProduct(x, 3),
};

/** One output value of a line, in floating point, every source pixel weighed by its distance. */
function resampled(line: readonly number[], place: number, { to, filter }: { to: number; filter: SmoothFilter }) {
  const scale = line.length / to;
  const stretch = Math.max(1, scale);
  const weights = line.map((_, i) => textbook[filter]((i + 0.5 - (place + 0.5) * scale) / stretch));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return line.reduce((total, value, i) => total + (value * weights[i]!) / sum, 0);
}

/** A slow float reference of one channel: across, then down, nothing rounded or clipped. */
function referenceResize(
  image: { width: number; height: number; data: Uint8Array },
  { width, height, filter }: { width: number; height: number; filter: SmoothFilter },
): number[] {
  const across = Array.from({ length: image.height }, (_, y) => {
    const line = [...image.data.subarray(y * image.width, (y + 1) * image.width)];
    return Array.from({ length: width }, (_, x) => resampled(line, x, { to: width, filter }));
  });
  return Array.from({ length: height * width }, (_, i) => {
    const column = across.map((line) => line[i % width]!);
    return resampled(column, Math.floor(i / width), { to: height, filter });
  });
}

describe("resizePixels", () => {
  // The hashes are of Image.frombytes(...).resizePixels((width, height), filter).tobytes() of Pillow 13.0.0 on the same noise.
  it.each<[ResamplingFilter, number, number, number, number, number]>([
    ["nearest", 37, 23, 16, 12, 0xe3fb5d8d],
    ["nearest", 23, 37, 40, 61, 0xe4b1fce3],
    ["nearest", 31, 64, 29, 9, 0xc8e2173f],
    ["nearest", 1, 50, 7, 7, 0x670e259a],
    ["lanczos", 37, 23, 16, 12, 0x59b752b4],
    ["lanczos", 23, 37, 40, 61, 0xd3691dd9],
    ["lanczos", 31, 64, 29, 9, 0x54bffee8],
    ["lanczos", 1, 50, 7, 7, 0xe43aa29c],
    ["bilinear", 37, 23, 16, 12, 0x2dc1c156],
    ["bilinear", 23, 37, 40, 61, 0xc202453d],
    ["bilinear", 31, 64, 29, 9, 0x483f17bb],
    ["bilinear", 64, 5, 9, 11, 0x27f4c163],
    ["bicubic", 37, 23, 16, 12, 0x8b8df7af],
    ["bicubic", 23, 37, 40, 61, 0x85708302],
    ["bicubic", 31, 64, 29, 9, 0xe5656795],
    ["bicubic", 64, 5, 9, 11, 0xd28b90f1],
    ["box", 37, 23, 16, 12, 0x260cf4df],
    ["box", 23, 37, 40, 61, 0xe4b1fce3],
    ["box", 31, 64, 29, 9, 0x376622e3],
    ["box", 1, 50, 7, 7, 0xbc2be69f],
    ["hamming", 37, 23, 16, 12, 0x6a569ba4],
    ["hamming", 23, 37, 40, 61, 0x9c49edf6],
    ["hamming", 31, 64, 29, 9, 0xdd926f6d],
    ["hamming", 64, 5, 9, 11, 0x2adf86ff],
  ])("gives Pillow's levels: %s, %i x %i to %i x %i", (filter, fromWidth, fromHeight, ...[width, height, hash]) => {
    const image = noise({ width: fromWidth, height: fromHeight });
    expect(hashOf(resizePixels(image, { width, height, filter }))).toBe(hash);
  });

  const sizes = [
    [13, 11, 7, 5],
    [5, 9, 21, 17],
    [40, 6, 9, 30],
    [6, 40, 30, 9],
    [1, 1, 4, 3],
    [2, 33, 2, 5],
  ] as const;
  it.each(Object.keys(textbook) as SmoothFilter[])("stays within one level of a float computation: %s", (filter) => {
    for (const [seed, [fromWidth, fromHeight, width, height]] of sizes.entries()) {
      const loud = noise({ width: fromWidth, height: fromHeight, channels: 1, seed });
      // Of half the contrast, so that no overshoot is clipped: what is clipped depends on which axis comes first.
      const image = { ...loud, data: loud.data.map((level) => 64 + level / 2) };
      const expected = referenceResize(image, { width, height, filter });
      // Rounding after each pass: half a level of each, the first one spread by weights whose sizes sum to at most 1.5.
      expect(resizePixels(image, { width, height, filter })).toBeCloseToArray(expected, 1.3);
    }
  });

  it("keeps a picture of one color", () => {
    const image = { width: 19, height: 7, data: new Uint8Array(19 * 7 * 3).fill(201) };
    for (const filter of ["bicubic", "lanczos", "hamming", "bilinear", "box", "nearest"] as const) {
      expect(new Set(resizePixels(image, { width: 33, height: 4, filter }))).toEqual(new Set([201]));
    }
  });

  it("copies a picture that keeps its size", () => {
    const image = noise({ width: 12, height: 8 });
    for (const filter of ["bicubic", "lanczos", "hamming", "bilinear", "box", "nearest"] as const) {
      expect(resizePixels(image, { width: 12, height: 8, filter })).toEqual(image.data);
    }
  });

  it("treats channels alike, whatever their number", () => {
    const four = noise({ width: 17, height: 15, channels: 4 });
    const resized = resizePixels(four, { width: 6, height: 9, filter: "bicubic" });
    for (let channel = 0; channel < 4; channel++) {
      const pick = (data: Uint8Array) => data.filter((_, i) => i % 4 === channel);
      const alone = resizePixels({ ...four, data: pick(four.data) }, { width: 6, height: 9, filter: "bicubic" });
      expect(pick(resized)).toEqual(alone);
    }
  });

  it("computes in a window what the whole has there", () => {
    const image = noise({ width: 21, height: 50 });
    for (const filter of ["bicubic", "lanczos", "box", "nearest"] as const) {
      for (const [width, height] of [[30, 40] as const, [11, 8] as const]) {
        const window = { left: 3, top: 2, width: 7, height: 5 };
        const whole = resizePixels(image, { width, height, filter });
        const cut = Array.from({ length: window.height }, (_, y) => {
          const start = ((window.top + y) * width + window.left) * 3;
          return [...whole.subarray(start, start + window.width * 3)];
        });
        expect([...resizePixels(image, { width, height, filter, window })]).toEqual(cut.flat());
      }
    }
  });

  it("takes a window out of a strip whose resized whole would not fit into memory", () => {
    const strip = noise({ width: 60_000, height: 1 });
    const window = { left: 10_000_000, top: 0, width: 4, height: 336 };
    const resized = resizePixels(strip, { width: 336 * 60_000, height: 336, filter: "bicubic", window });
    expect(resized.length).toBe(4 * 336 * 3);
  });

  it("resizes a picture on a canvas as it resizes the canvas with the picture painted on it", () => {
    const image = noise({ width: 9, height: 4 });
    const color = [122, 116, 104];
    const canvas = { left: 3, top: 8, width: 17, height: 23, color };
    const painted = Uint8Array.from({ length: 17 * 23 * 3 }, (_, i) => color[i % 3]!);
    for (let y = 0; y < 4; y++) {
      painted.set(image.data.subarray(y * 27, (y + 1) * 27), ((y + 8) * 17 + 3) * 3);
    }
    for (const filter of ["bicubic", "lanczos", "hamming", "bilinear", "box", "nearest"] as const) {
      for (const [width, height] of [[40, 31] as const, [5, 6] as const, [30, 4] as const]) {
        const expected = resizePixels({ width: 17, height: 23, data: painted }, { width, height, filter });
        expect(resizePixels(image, { width, height, filter, canvas })).toEqual(expected);
        const window = { left: 0, top: 0, width: 2, height: 1 };
        const corner = resizePixels(image, { width, height, filter, canvas, window });
        expect(corner).toEqual(expected.subarray(0, 6));
      }
    }
  });

  it("refuses sizes and windows that make no picture", () => {
    const image = noise({ width: 4, height: 4 });
    expect(() => resizePixels(image, { width: 0, height: 3, filter: "box" })).toThrow(/cannot be 0 x 3 pixels/);
    expect(() => resizePixels(image, { width: 2.5, height: 3, filter: "box" })).toThrow(/cannot be 2.5 x 3 pixels/);
    const window = { left: 2, top: 0, width: 2, height: 3 };
    expect(() => resizePixels(image, { width: 3, height: 3, filter: "box", window })).toThrow(/reaches out/);
    const short = { ...image, data: new Uint8Array(17) };
    expect(() => resizePixels(short, { width: 3, height: 3, filter: "box" })).toThrow(/cannot hold 17 levels/);
  });
});
