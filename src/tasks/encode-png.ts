/** @file Writes 8-bit RGB pixels as PNG. */
import sharp from "sharp";
import type { RgbImage } from "../image/types.ts";

/** The same pixels as a PNG file, without loss. */
export async function encodePng({ width, height, data }: RgbImage): Promise<Uint8Array> {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return new Uint8Array(png);
}
