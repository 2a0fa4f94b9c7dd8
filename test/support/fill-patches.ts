/** @file Whole pictures with patches filled, made of the rows that the program works with. */
import { patchRows, type FillOptions, type FillSettings } from "../../src/image/fill.ts";
import type { Box, RgbImage } from "../../src/image/types.ts";

/** As `patchRows`, with each changed picture as a whole. */
export function patchFiller(picture: RgbImage, settings: FillSettings): (boxes: readonly Box[]) => RgbImage {
  const { width, height } = picture;
  const rowsWith = patchRows(picture, settings);
  return (boxes) => {
    const rowAt = rowsWith(boxes);
    const data = new Uint8Array(picture.data.length);
    for (let y = 0; y < height; y++) data.set(rowAt(y), y * width * 3);
    return { width, height, data };
  };
}

/** The picture with its patches filled; every other pixel stays as it is. */
export function fillPatches(picture: RgbImage, { boxes, ...settings }: FillOptions): RgbImage {
  return patchFiller(picture, settings)(boxes);
}
