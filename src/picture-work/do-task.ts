/** @file Does what is wanted of one picture: everything that needs its pixels. */
import sharp from "sharp";
import { decodeImage, type DecodedImage } from "../image/decode.ts";
import { fitImage, planViews } from "../image/prepare.ts";
import type { RgbImage } from "../image/types.ts";
import { scaledOnPaper, sizeWithin } from "../figure/pixels.ts";
import { encodePng } from "./encode-png.ts";
import type { PictureReading, PictureTask, ProcessAnswer } from "./work-types.ts";

/** Throws as `decodeImage` and `fitImage`. */
export async function doPictureTask(
  bytes: Uint8Array,
  task: PictureTask,
  reading: PictureReading,
): Promise<ProcessAnswer> {
  const { image, ...facts } = await decodeImage(bytes, reading);
  switch (task.kind) {
    case "facts":
      return facts;
    case "prepared":
      return { ...facts, prepared: fitted(image, task) };
    case "png":
      return { ...facts, bytes: await encodePng(image) };
    case "jpeg":
      return { ...facts, bytes: await encodeJpeg(image, task.side) };
    case "pixels":
      return { ...facts, image: reduced(image, task.side) };
  }
}

function fitted(
  image: DecodedImage["image"],
  { settings, fit, side }: Extract<PictureTask, { readonly kind: "prepared" }>,
): Extract<ProcessAnswer, { prepared: unknown }>["prepared"] {
  const { kind, views } = planViews(image, { settings, fit });
  const { width, height } = views[0].window;
  const isOther = kind === "whole" && side !== undefined && (width !== side || height !== side);
  return isOther ? { size: { width, height } } : fitImage(image, { settings, fit });
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
