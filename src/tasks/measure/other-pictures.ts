/** @file Pictures that take the place of a question's own, to see whether the answer changes. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, shuffle } from "../../tensor/random.ts";
import { readImageFile } from "../../image/decode.ts";
import type { RgbImage } from "../../image/types.ts";
import { demoExamplesFolder } from "../demo.ts";

function samePixels(a: RgbImage, b: RgbImage): boolean {
  return a.width === b.width && a.height === b.height && a.data.every((level, i) => level === b.data[i]);
}

/** Pictures of the example gallery that are none of the question's own, drawn by the seed. */
export async function otherPictures(
  own: readonly RgbImage[],
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<RgbImage[]> {
  const found = (await readdir(demoExamplesFolder)).filter((file) => file.endsWith(".png")).sort();
  const files = shuffle(found, seededRandom(seed));
  const pictures: RgbImage[] = [];
  for (const file of files) {
    if (pictures.length === count) break;
    const { image } = await readImageFile(join(demoExamplesFolder, file));
    if (!own.some((picture) => samePixels(picture, image))) pictures.push(image);
  }
  return pictures;
}
