/** @file Takes patches out of a picture: what they show is replaced by the picture's mean color, a blur of it, or noise. */
import { seededRandom } from "../tensor/random.ts";
import { blurLine } from "./blur.ts";
import type { Box, RgbImage } from "./types.ts";

export type PatchFill = "mean" | "blur" | "noise";

export interface FillOptions {
  /** The patches, in pixels of the picture; they may reach beyond it and have edges between pixels. */
  readonly boxes: readonly Box[];
  readonly fill: PatchFill;
  /** Of the noise, which is the same at a pixel whatever else is filled. */
  readonly seed: number;
  /** Standard deviation of the blur in pixels. */
  readonly sigma: number;
}

const channels = 3;

/** The mean of each channel, rounded. */
export function meanColor({ width, height, data }: RgbImage): readonly [red: number, green: number, blue: number] {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) sums[i % channels]! += data[i]!;
  const [red, green, blue] = sums.map((sum) => Math.round(sum / (width * height)));
  return [red!, green!, blue!];
}

function blurred({ width, height, data }: RgbImage, sigma: number): Uint8Array {
  const levels = Float32Array.from(data);
  const row = new Float32Array(width);
  const column = new Float32Array(height);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) row[x] = levels[(y * width + x) * channels + channel]!;
      blurLine(row, sigma);
      for (let x = 0; x < width; x++) levels[(y * width + x) * channels + channel] = row[x]!;
    }
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) column[y] = levels[(y * width + x) * channels + channel]!;
      blurLine(column, sigma);
      for (let y = 0; y < height; y++) levels[(y * width + x) * channels + channel] = column[y]!;
    }
  }
  return Uint8Array.from(levels, (level) => Math.min(255, Math.max(0, Math.round(level))));
}

/** The whole picture as the fill makes it. */
function filledWhole(picture: RgbImage, { fill, seed, sigma }: FillOptions): (offset: number) => number {
  if (fill === "mean") {
    const color = meanColor(picture);
    return (offset) => color[offset % channels]!;
  }
  if (fill === "blur") {
    const levels = blurred(picture, sigma);
    return (offset) => levels[offset]!;
  }
  const random = seededRandom(seed);
  const levels = Uint8Array.from({ length: picture.data.length }, () => Math.floor(256 * random()));
  return (offset) => levels[offset]!;
}

/**
 * The picture with its patches filled; every other pixel stays as it is. A pixel belongs to the patch that its center lies in, so that
 * neighboring patches share no pixel and leave none between them.
 */
export function fillPatches(picture: RgbImage, options: FillOptions): RgbImage {
  const { width, height } = picture;
  const data = picture.data.slice();
  const level = filledWhole(picture, options);
  // The first pixel whose center is at or after an edge.
  const first = (edge: number, limit: number): number => Math.min(limit, Math.max(0, Math.ceil(edge - 0.5)));
  for (const box of options.boxes) {
    const right = first(box.left + box.width, width);
    const bottom = first(box.top + box.height, height);
    for (let y = first(box.top, height); y < bottom; y++) {
      const start = (y * width + first(box.left, width)) * channels;
      for (let offset = start; offset < (y * width + right) * channels; offset++) data[offset] = level(offset);
    }
  }
  return { width, height, data };
}
