/** @file Does what is wanted of one picture: everything that needs its pixels. */
import sharp from "sharp";
import { decodeImage, type DecodedImage } from "../image/decode.ts";
import { planFit, prepareImage } from "../image/fit.ts";
import type { RgbImage } from "../image/types.ts";
import { scaledOnPaper, sizeWithin } from "../figure/pixels.ts";
import { encodePng } from "./encode-png.ts";
import type { PictureAnswer, PictureReading, PictureTask, PreparedAnswer } from "./work-types.ts";

/** Throws as `decodeImage` and `prepareImage`. */
export async function doPictureTask(
  bytes: Uint8Array,
  task: PictureTask,
  reading: PictureReading,
): Promise<PictureAnswer<PictureTask["kind"]>> {
  const { image, ...facts } = await decodeImage(bytes, reading);
  switch (task.kind) {
    case "facts":
      return facts;
    case "prepared":
      return { ...facts, prepared: prepared(image, task) };
    case "png":
      return { ...facts, bytes: await encodePng(image) };
    case "jpeg":
      return { ...facts, bytes: await encodeJpeg(image, task.side) };
    case "pixels":
      return { ...facts, image: reduced(image, task.side) };
  }
}

function prepared(
  image: DecodedImage["image"],
  { settings, fit, side }: Extract<PictureTask, { readonly kind: "prepared" }>,
): PreparedAnswer {
  const { width, height } = planFit(image, { settings, fit }).window;
  if (width !== side || height !== side) return { size: { width, height } };
  const { pixelValues, levels, box } = prepareImage(image, { settings, fit });
  return { pixelValues, levels, box };
}

const jpegQuality = 90;

async function encodeJpeg({ width, height, data }: RgbImage, side: number): Promise<Uint8Array> {
  const jpeg = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
  return new Uint8Array(jpeg);
}

function reduced(image: RgbImage, side: number): RgbImage {
  const size = sizeWithin(image, side);
  if (size.width === image.width && size.height === image.height) return image;
  const { data } = scaledOnPaper(image, size);
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) rgb.set(data.subarray(from, from + 3), to);
  return { ...size, data: rgb };
}
