/** @file Masks of objects from picture files. */
import { basename } from "node:path";
import { readImageFile } from "../image/decode.ts";
import { quote } from "../json/quote.ts";
import { maskOfPixels, type Mask } from "../run/masks.ts";

/**
 * Reads a mask that is white inside and black outside; transparency counts as white. Throws an Error if the file is no picture, or all
 * of it is inside or outside.
 */
export async function readMask(path: string): Promise<Mask> {
  const { image } = await readImageFile(path);
  const mask = maskOfPixels(image.data, image);
  const name = quote(basename(path));
  if (!mask.inside.includes(1)) {
    const lightest = image.data.reduce((most, level) => Math.max(most, level), 0);
    throw new Error(
      `The mask ${name} has nothing inside: its lightest pixel has level ${lightest} of 255; paint the object white.`,
    );
  }
  if (!mask.inside.includes(0)) {
    throw new Error(
      `The mask ${name} is white everywhere, or transparent, which counts as white; paint what is outside of the object black.`,
    );
  }
  return mask;
}
