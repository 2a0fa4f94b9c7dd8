/** @file Masks of objects from picture files. */
import { basename } from "node:path";
import { readImageFile } from "../image/decode.ts";
import { maskOfPixels, type Mask } from "../run/masks.ts";

/**
 * Reads a mask that is white inside and black outside; transparency counts as white. Throws an Error if the file is no picture, or all
 * of it is inside or outside.
 */
export async function readMask(path: string): Promise<Mask> {
  const { image } = await readImageFile(path);
  const { width, height, data } = image;
  return maskOfPixels(data, { width, height, name: basename(path) });
}
