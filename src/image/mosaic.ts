/** @file A picture put together of blocks of other pictures, which takes the place of patches without an edge to what they showed. */
import { seedAfter, seededRandom } from "../tensor/random.ts";
import { resizePixels } from "./resize.ts";
import type { RgbImage, Size } from "./types.ts";

const channels = 3;

export interface MosaicOptions extends Size {
  /** Side of a block in pixels of the mosaic, above 0. */
  readonly side: number;
  readonly seed: number;
}

/**
 * A picture of this size whose square blocks come from pictures drawn by the seed, each block from the same place of one of them, stretched
 * to the size. Of several pictures the blocks show parts of many things and hardly one of them whole. Throws a RangeError without pictures.
 */
export function mosaicOf(pictures: readonly RgbImage[], { width, height, side, seed }: MosaicOptions): RgbImage {
  if (pictures.length === 0) throw new RangeError("A mosaic needs other pictures, got none; give one or more.");
  const cols = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const drawn = Array.from({ length: rows * cols }, (_, block) =>
    Math.floor(seededRandom(seedAfter(seed, block))() * pictures.length),
  );
  const data = new Uint8Array(width * height * channels);
  for (const [index, picture] of pictures.entries()) {
    if (!drawn.includes(index)) continue;
    const levels = resizePixels(picture, { width, height, filter: "bilinear" });
    for (let y = 0; y < height; y++) {
      const first = Math.floor(y / side) * cols;
      for (let x = 0; x < width; x++) {
        if (drawn[first + Math.floor(x / side)] !== index) continue;
        const at = (y * width + x) * channels;
        data.set(levels.subarray(at, at + channels), at);
      }
    }
  }
  return { width, height, data };
}

/** Part of a row in offsets of its data, whole pixels, of row `y`. */
export interface RowSpan {
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

/** Fills parts of rows with those of a picture that is stretched over one of this size, between its pixels linearly. */
export function stretchedRow(picture: RgbImage, { width, height }: Size): (row: Uint8Array, span: RowSpan) => void {
  /** The pixels around a place of the stretched line, and the share of the second. */
  function around(place: number, length: number, from: number): [first: number, second: number, share: number] {
    const at = Math.min(from - 1, Math.max(0, ((place + 0.5) * from) / length - 0.5));
    const first = Math.floor(at);
    return [first, Math.min(from - 1, first + 1), at - first];
  }
  return (row, { y, from, to }) => {
    const [top, bottom, down] = around(y, height, picture.height);
    for (let i = from; i < to; i++) {
      const channel = i % channels;
      const [left, right, across] = around(Math.floor(i / channels), width, picture.width);
      const level = (line: number, column: number) =>
        picture.data[(line * picture.width + column) * channels + channel]!;
      const [above, below] = [top, bottom].map(
        (line) => level(line, left) * (1 - across) + level(line, right) * across,
      );
      row[i] = Math.round(above! * (1 - down) + below! * down);
    }
  };
}
