/**
 * @file Changes a picture row by row: patches are taken out, so that what they show is replaced by the picture's mean color, a blur of it,
 * noise or another picture; or the whole becomes one color or noisy.
 */
import { normalNumber, normalNumberDraws, seedAfter, seededRandom } from "../tensor/random.ts";
import { blurLine } from "./blur.ts";
import { stripBytes } from "./limits.ts";
import { stretchedRow, type RowSpan } from "./mosaic.ts";
import type { Box, RgbImage, RowSource, Size } from "./types.ts";

export type PatchFill = "mean" | "blur" | "noise" | "others";

export interface FillSettings {
  readonly fill: PatchFill;
  /** Of the noise, which is the same at a pixel whatever else is filled. */
  readonly seed: number;
  /** Standard deviation of the blur in pixels, above 0. */
  readonly sigma: number;
  /** What `others` shows: a picture of any size, stretched over this one. */
  readonly other?: RgbImage | undefined;
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

/** Values of the blur that are in memory at once: some columns of one channel, in 32 bits. */
const blurBytes = stripBytes;

/** Memory that a fill takes while it is made, beside the picture, and as long as it is kept, in bytes. */
export function fillBytes({ width, height }: Size, fill: PatchFill): number {
  return fill === "blur" ? width * height * channels + blurBytes : 0;
}

interface BlurOptions {
  /** Standard deviation in pixels. */
  readonly sigma: number;
  /** Memory that it may take beside the result. @default blurBytes */
  readonly bytesAtOnce?: number;
}

/** The picture blurred along the rows, then along the columns: some columns of a channel at a time, which does not change the result. */
function blurredLevels({ width, height, data }: RgbImage, { sigma, bytesAtOnce = blurBytes }: BlurOptions): Uint8Array {
  const result = new Uint8Array(data.length);
  const row = new Float32Array(width);
  const column = new Float32Array(height);
  const columnsAtOnce = Math.min(width, Math.max(1, Math.floor(bytesAtOnce / (4 * height))));
  const levels = new Float32Array(columnsAtOnce * height);
  for (let channel = 0; channel < channels; channel++) {
    for (let left = 0; left < width; left += columnsAtOnce) {
      const columns = Math.min(columnsAtOnce, width - left);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) row[x] = data[(y * width + x) * channels + channel]!;
        blurLine(row, sigma);
        levels.set(row.subarray(left, left + columns), y * columns);
      }
      for (let x = 0; x < columns; x++) {
        for (let y = 0; y < height; y++) column[y] = levels[y * columns + x]!;
        blurLine(column, sigma);
        for (let y = 0; y < height; y++) {
          result[(y * width + left + x) * channels + channel] = Math.min(255, Math.max(0, Math.round(column[y]!)));
        }
      }
    }
  }
  return result;
}

/** Puts the levels of the fill into part of a row. Noise is computed anew, so that only a blur needs memory. */
function rowFill(
  picture: RgbImage,
  { fill, seed, sigma, other }: FillSettings,
): (row: Uint8Array, span: RowSpan) => void {
  const rowLength = picture.width * channels;
  if (fill === "mean") {
    const color = meanColor(picture);
    return (row, { from, to }) => {
      for (let i = from; i < to; i++) row[i] = color[i % channels]!;
    };
  }
  if (fill === "blur") {
    if (!(sigma > 0)) {
      throw new RangeError(`A blur cannot have a standard deviation of ${sigma} pixels; give one above 0.`);
    }
    const levels = blurredLevels(picture, { sigma });
    return (row, { y, from, to }) => row.set(levels.subarray(y * rowLength + from, y * rowLength + to), from);
  }
  if (fill === "others") {
    if (other === undefined) throw new RangeError("Patches of another picture need one; give it as `other`.");
    return stretchedRow(other, picture);
  }
  return (row, { y, from, to }) => {
    const random = seededRandom(seedAfter(seed, y * rowLength + from));
    for (let i = from; i < to; i++) row[i] = Math.floor(256 * random());
  };
}

/** Edges that are computed in two ways, as the right one of a patch and the left one of the next, differ by less than this. */
const rounding = 1e-6;

/** The first pixel of a line of `length` whose center lies at or after an edge. */
function firstPixel(edge: number, length: number): number {
  return Math.min(length, Math.max(0, Math.ceil(edge - 0.5 - rounding)));
}

/**
 * A function that gives the rows of the picture with patches of it filled, for many sets of patches of one picture: the fill is computed
 * once. A pixel belongs to the patch that its center lies in, so neighboring patches share no pixel and leave none between them; a patch
 * smaller than a pixel may have none. Throws a RangeError for a blur without extent, and for `others` without another picture.
 */
export function patchRows(picture: RgbImage, settings: FillSettings): (boxes: readonly Box[]) => RowSource {
  const { width, height, data } = picture;
  const rowLength = width * channels;
  const fillRow = rowFill(picture, settings);
  const changed = new Uint8Array(rowLength);
  return (boxes) => {
    const patches = boxes.map((box) => ({
      top: firstPixel(box.top, height),
      bottom: firstPixel(box.top + box.height, height),
      from: firstPixel(box.left, width) * channels,
      to: firstPixel(box.left + box.width, width) * channels,
    }));
    return (y) => {
      const row = data.subarray(y * rowLength, (y + 1) * rowLength);
      const crossed = patches.filter(({ top, bottom }) => y >= top && y < bottom);
      if (crossed.length === 0) return row;
      changed.set(row);
      for (const { from, to } of crossed) fillRow(changed, { y, from, to });
      return changed;
    };
  };
}

/** The rows of a picture of this size in one color. */
export function plainRows({ width }: Size, color: readonly number[]): RowSource {
  const row = Uint8Array.from({ length: width * channels }, (_, i) => color[i % channels]!);
  return () => row;
}

export interface NoiseSettings {
  /** Standard deviation in levels. */
  readonly deviation: number;
  readonly seed: number;
}

/** Random numbers that the noise of a whole picture takes. */
export function noiseNumbers({ width, height }: Size): number {
  return width * height * channels * normalNumberDraws;
}

/** The rows of the picture with Gaussian noise, the same at a row whichever rows were asked for before. */
export function noisyRows({ width, data }: RgbImage, { deviation, seed }: NoiseSettings): RowSource {
  const rowLength = width * channels;
  const noisy = new Uint8Array(rowLength);
  return (y) => {
    const random = seededRandom(seedAfter(seed, normalNumberDraws * y * rowLength));
    for (let i = 0; i < rowLength; i++) {
      const level = data[y * rowLength + i]! + normalNumber(random) * deviation;
      noisy[i] = Math.min(255, Math.max(0, Math.round(level)));
    }
    return noisy;
  };
}
