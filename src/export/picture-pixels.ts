/** @file Pictures of a run as figures hold them: whole, and in pieces. */
import { heatMapDefaults } from "../figure/heat-map.ts";
import type { Box, RgbImage } from "../image/types.ts";
import { askedPicture } from "../run/pictures.ts";
import type { Run } from "../run/types.ts";
import { readPicture } from "../picture-work/read-picture.ts";
import { encodePng } from "./raster.ts";

/** The picture that the grids lie on, no larger than a heat map is drawn. */
export async function decodedPicture(run: Run, image: number): Promise<RgbImage> {
  const { bytes } = await askedPicture(run, image);
  const task = { kind: "pixels", side: heatMapDefaults.maxSide } as const;
  return (await readPicture(bytes, { name: `picture ${image} of the run`, task })).image;
}

/** The part of a picture in a box of its own pixels, as the data URL of a PNG; at least one pixel of it. */
export async function pictureUrl({ width, height, data }: RgbImage, box?: Box): Promise<string> {
  const { left, top, ...size } = box ?? { left: 0, top: 0, width, height };
  const x = Math.min(width - 1, Math.max(0, Math.round(left)));
  const y = Math.min(height - 1, Math.max(0, Math.round(top)));
  const across = Math.max(1, Math.min(width, Math.round(left + size.width)) - x);
  const down = Math.max(1, Math.min(height, Math.round(top + size.height)) - y);
  const rgba = new Uint8ClampedArray(across * down * 4).fill(255);
  for (let row = 0; row < down; row++) {
    for (let col = 0; col < across; col++) {
      const from = ((y + row) * width + x + col) * 3;
      rgba.set(data.subarray(from, from + 3), (row * across + col) * 4);
    }
  }
  return encodePng(rgba, across, down);
}
