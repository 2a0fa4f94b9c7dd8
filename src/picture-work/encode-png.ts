/** @file Writes 8-bit RGB pixels as PNG. */
import sharp from "sharp";
import type { RgbImage } from "../image/types.ts";

/** The same pixels as a PNG file, without loss; `mark` is the name of the program that wrote it. */
export async function encodePng(
  { width, height, data }: RgbImage,
  { mark }: { readonly mark?: string } = {},
): Promise<Uint8Array> {
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const marked = mark === undefined ? image : image.withExif({ IFD0: { Software: mark } });
  return new Uint8Array(await marked.png().toBuffer());
}
