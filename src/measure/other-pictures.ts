/** @file Pictures that take the place of a question's own, to see whether the answer changes. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, shuffle } from "../tensor/random.ts";
import { readImageFile } from "../image/decode.ts";
import type { FitOptions } from "../image/prepare.ts";
import { resizePixels } from "../image/resize.ts";
import type { RgbImage, Size } from "../image/types.ts";
import { demoExamplesFolder } from "../program/demo.ts";
import { digestOf } from "../picture-work/changeable-picture.ts";

/**
 * A picture that the model takes in the place of another of this size, with as many image tokens: stretched to it, unless every picture
 * becomes one size.
 */
export function inPlaceOf(picture: RgbImage, { width, height }: Size, { settings }: FitOptions): RgbImage {
  if (settings.kind === "whole") return picture;
  return { width, height, data: resizePixels(picture, { width, height, filter: settings.filter }) };
}

/** Other pictures of a measurement. */
export const otherPictureCount = 8;

/** Pictures of the example gallery that are none of the question's own, whose digests are given, drawn by the seed. */
export async function otherPictures(
  own: ReadonlySet<string>,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<RgbImage[]> {
  const found = (await readdir(demoExamplesFolder)).filter((file) => file.endsWith(".png")).sort();
  const files = shuffle(found, seededRandom(seed));
  const pictures: RgbImage[] = [];
  for (const file of files) {
    if (pictures.length === count) break;
    const { image } = await readImageFile(join(demoExamplesFolder, file));
    if (!own.has(digestOf(image))) pictures.push(image);
  }
  return pictures;
}
