/** @file Takes patches out of a picture: what they show is replaced by the picture's mean color, a blur of it, or noise. */
import { seededRandom } from "../tensor/random.ts";
import { blurLine } from "./blur.ts";
import type { Box, RgbImage } from "./types.ts";

export type PatchFill = "mean" | "blur" | "noise";

export interface FillSettings {
  readonly fill: PatchFill;
  /** Of the noise, which is the same at a pixel whatever else is filled. */
  readonly seed: number;
  /** Standard deviation of the blur in pixels, above 0. */
  readonly sigma: number;
}

export interface FillOptions extends FillSettings {
  /** The patches, in pixels of the picture; they may reach beyond it and have edges between pixels. */
  readonly boxes: readonly Box[];
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

/** The level that the fill puts at each offset of the picture's data. */
function filledWhole(picture: RgbImage, { fill, seed, sigma }: FillSettings): (offset: number) => number {
  if (fill === "mean") {
    const color = meanColor(picture);
    return (offset) => color[offset % channels]!;
  }
  if (fill === "blur") {
    if (!(sigma > 0)) {
      throw new RangeError(`A blur cannot have a standard deviation of ${sigma} pixels; give one above 0.`);
    }
    const levels = blurred(picture, sigma);
    return (offset) => levels[offset]!;
  }
  const random = seededRandom(seed);
  const levels = Uint8Array.from({ length: picture.data.length }, () => Math.floor(256 * random()));
  return (offset) => levels[offset]!;
}

/** Edges that are computed in two ways, as the right one of a patch and the left one of the next, differ by less than this. */
const rounding = 1e-6;

/** The first pixel of a line of `length` whose center lies at or after an edge. */
function firstPixel(edge: number, length: number): number {
  return Math.min(length, Math.max(0, Math.ceil(edge - 0.5 - rounding)));
}

/**
 * A function that gives the picture with patches of it filled, for many sets of patches of one picture: the fill is computed once. Throws a
 * RangeError for a blur without extent.
 */
export function patchFiller(picture: RgbImage, settings: FillSettings): (boxes: readonly Box[]) => RgbImage {
  const { width, height } = picture;
  const level = filledWhole(picture, settings);
  return (boxes) => {
    const data = picture.data.slice();
    for (const box of boxes) {
      const left = firstPixel(box.left, width);
      const right = firstPixel(box.left + box.width, width);
      const bottom = firstPixel(box.top + box.height, height);
      for (let y = firstPixel(box.top, height); y < bottom; y++) {
        const end = (y * width + right) * channels;
        for (let offset = (y * width + left) * channels; offset < end; offset++) data[offset] = level(offset);
      }
    }
    return { width, height, data };
  };
}

/**
 * The picture with its patches filled; every other pixel stays as it is. A pixel belongs to the patch that its center lies in, so that
 * neighboring patches share no pixel and leave none between them; a patch smaller than a pixel may have none. Throws as `patchFiller`.
 */
export function fillPatches(picture: RgbImage, { boxes, ...settings }: FillOptions): RgbImage {
  return patchFiller(picture, settings)(boxes);
}
