/** @file Reads picture files into 8-bit RGB with the same levels as Pillow and transformers' `convert_to_rgb`. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import sharp, { type Metadata, type Sharp } from "sharp";
import { isPngWithoutAlpha, mediaTypeOf, type MediaType } from "./media-type.ts";
import { rgbOfSamples, type Samples } from "./samples.ts";
import type { RgbImage } from "./types.ts";

/** What a picture may cost; a small file can unpack to a picture that fills the memory. */
export interface DecodeLimits {
  readonly fileBytes: number;
  /** Width x height. */
  readonly pixels: number;
  /** Width and height each; the largest that JPEG can hold. */
  readonly side: number;
}

export const defaultDecodeLimits: DecodeLimits = { fileBytes: 100_000_000, pixels: 100_000_000, side: 65_535 };

/** A picture beyond the limits. */
export class PictureTooLargeError extends Error {}

export interface DecodeOptions {
  /** The file's name, for messages. */
  readonly name: string;
  /** Whether to turn the picture as its EXIF orientation says. TIFF and AVIF are turned in any case. @default true */
  readonly orient?: boolean;
  readonly limits?: Partial<DecodeLimits>;
}

export interface DecodedImage {
  readonly image: RgbImage;
  readonly mediaType: MediaType;
  readonly width: number;
  readonly height: number;
}

/**
 * Reads PNG, JPEG, WebP, GIF, TIFF and AVIF; of an animation the first frame. Color profiles are ignored, transparency is laid
 * onto white, 16-bit gray is clipped at 255 (Pillow does so), CMYK is converted by Pillow's formula. The levels are Pillow's,
 * but for AVIF with halved colors, which the decoder spreads otherwise (measured: up to 17 levels off, 0.7 on average). Throws
 * an Error that names the file when it is empty, too large, of another format, damaged or cut off.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const { name, orient = true } = options;
  const limits = { ...defaultDecodeLimits, ...options.limits };
  checkFileSize(bytes.length, name, limits);
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === undefined) {
    throw new Error(
      `${name} is not a picture that can be read; give a PNG, JPEG, WebP, GIF, TIFF or AVIF file (save SVG, BMP and HEIC as one of these first).`,
    );
  }
  const metadata = await readingOf(name, sharpOf(bytes).metadata());
  checkPicture(metadata, name, limits);
  // Pillow turns TIFF pictures while it reads them, whatever the caller does about EXIF.
  const turned = orient || mediaType === "image/tiff";
  const picture = turned ? sharpOf(bytes).autoOrient() : sharpOf(bytes);
  const { width, height, samples } = await readingOf(name, readSamples(picture, metadata));
  const image = { width, height, data: rgbOfSamples({ ...samples, ignoreAlpha: isPngWithoutAlpha(bytes) }) };
  return { image, mediaType, width, height };
}

/** Reads a picture file as `decodeImage` does; `name` is by default the file's own. Throws too where it is not a file. */
export async function readImageFile(
  path: string,
  options: Partial<DecodeOptions> = {},
): Promise<DecodedImage & { readonly bytes: Uint8Array }> {
  const name = options.name ?? basename(path);
  const limits = { ...defaultDecodeLimits, ...options.limits };
  const bytes = await fileBytes(path, name, limits);
  return { ...(await decodeImage(bytes, { ...options, name })), bytes };
}

async function fileBytes(path: string, name: string, limits: DecodeLimits): Promise<Uint8Array> {
  let information;
  try {
    information = await stat(path);
  } catch (cause) {
    throw new Error(`The picture ${path} cannot be opened (${reasonOf(cause)}); check the path.`, { cause });
  }
  // A folder cannot be read, and a pipe or a device might never end.
  if (!information.isFile()) throw new Error(`The picture ${path} is not a file; give the path of a picture file.`);
  checkFileSize(information.size, name, limits);
  return new Uint8Array(await readFile(path));
}

function checkFileSize(size: number, name: string, limits: DecodeLimits): void {
  if (size === 0) throw new Error(`The picture ${name} is empty (0 bytes); give a picture file with content.`);
  if (size > limits.fileBytes) {
    throw new PictureTooLargeError(
      `The picture ${name} has ${size} bytes, more than the limit of ${limits.fileBytes}; give a smaller file.`,
    );
  }
}

function checkPicture({ width, height, depth }: Metadata, name: string, limits: DecodeLimits): void {
  if (width * height > limits.pixels) {
    throw new PictureTooLargeError(
      `The picture ${name} has ${width} x ${height} pixels, more than the limit of ${limits.pixels}; make it smaller first.`,
    );
  }
  if (Math.max(width, height) > limits.side) {
    throw new PictureTooLargeError(
      `The picture ${name} has ${width} x ${height} pixels, and a side may have at most ${limits.side}; crop it or make it smaller first.`,
    );
  }
  if (depth !== "uchar" && depth !== "ushort") {
    throw new Error(
      `The picture ${name} has samples of the type ${depth}, not 8 or 16 bits; convert it to 8 bits a channel first.`,
    );
  }
}

function sharpOf(bytes: Uint8Array): Sharp {
  // The pixel limit is checked on the metadata, where the message can say what to do.
  return sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: false });
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.trim().split("\n").join("; ");
}

async function readingOf<T>(name: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (cause) {
    throw new Error(`The picture ${name} is damaged or cut off (${reasonOf(cause)}); give an intact file.`, { cause });
  }
}

interface ReadSamples {
  readonly width: number;
  readonly height: number;
  readonly samples: Samples;
}

async function readSamples(picture: Sharp, { space, depth }: Metadata): Promise<ReadSamples> {
  const isWide = depth === "ushort";
  const isCmyk = space === "cmyk";
  if (isCmyk) picture.pipelineColourspace("cmyk");
  const { data, info } = await picture
    .toColourspace(isCmyk || isWide ? space : "srgb")
    .raw({ depth: isWide ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const sampleCount = width * height * channels;
  const levels = isWide
    ? new Uint16Array(data.buffer, data.byteOffset, sampleCount)
    : new Uint8Array(data.buffer, data.byteOffset, sampleCount);
  const colorSpace = channels < 3 ? "gray" : "rgb";
  return { width, height, samples: { channels, space: isCmyk ? "cmyk" : colorSpace, data: levels } };
}
