/** @file Reads picture files into 8-bit RGB with the same levels as Pillow and transformers' `convert_to_rgb`. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Metadata } from "sharp";
import { bmpObstacle, openBmp, readBmpHeader } from "./file/bmp.ts";
import { hasStillPicture } from "./file/iso.ts";
import { sharpOf, stripReader } from "./file/libvips.ts";
import { bytesForLibvips, type LibvipsType, planReading, type ReadPlan } from "./file/plan.ts";
import { UnreadableKindError } from "./file/tiff-meaning.ts";
import { checkFileSize, checkSize, type DecodeLimits, defaultDecodeLimits, stripBytes } from "./limits.ts";
import { mediaTypeOf, otherFormatOf, readableFormats, type MediaType } from "./media-type.ts";
import { turnedLayout } from "./orientation.ts";
import { rgbWriter, type SampleMeaning, type SampleRange, type SampleStatistics } from "./samples.ts";
import type { RgbImage } from "./types.ts";
import { oneLine } from "../json/quote.ts";

export { defaultDecodeLimits, PictureTooLargeError, type DecodeLimits } from "./limits.ts";

export interface DecodeOptions {
  /** The file's name, for messages. */
  readonly name: string;
  /** Whether to turn the picture as its EXIF or XMP says. TIFF and AVIF are turned in any case. @default true */
  readonly orient?: boolean;
  readonly limits?: Partial<DecodeLimits>;
  /** Stored samples that become black and white, in a picture of more than 8 bits; others are not changed by it. */
  readonly stretch?: SampleRange;
}

export interface DecodedImage {
  readonly image: RgbImage;
  readonly mediaType: MediaType;
  readonly width: number;
  readonly height: number;
  /** Of a picture with samples of more than 8 bits, what they were. */
  readonly samples?: SampleStatistics;
}

/**
 * Reads PNG, JPEG, WebP, GIF, TIFF (BigTIFF too), AVIF and BMP; of an animation the first frame, of several pages the first.
 * Color profiles are ignored, transparency is laid onto white, gray of more than 8 bits is clipped at 255 (Pillow does so), CMYK
 * and Lab are converted by Pillow's formulas. The levels are Pillow's, but for AVIF: one level off, and with halved colors, which
 * the decoder spreads otherwise, more (measured: up to 17 levels, 0.7 on average). Throws a PictureTooLargeError beyond the
 * limits, and an Error that names the file when it is empty, of another format or kind, damaged or cut off.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const { name } = options;
  const limits = { ...defaultDecodeLimits, ...options.limits };
  checkFileSize(bytes.length, name, limits);
  const mediaType = mediaTypeOf(bytes);
  if (mediaType === undefined) throw new Error(otherFormatSentence(bytes, name));
  const read = mediaType === "image/bmp" ? decodeBmp : decodeWithLibvips(mediaType);
  const { image, samples } = await read(bytes, { ...options, limits });
  return { image, mediaType, width: image.width, height: image.height, ...(samples === undefined ? {} : { samples }) };
}

/** Reads a picture file as `decodeImage` does; `name` is by default the file's own. Throws too if it is not a file. */
export async function readImageFile(
  path: string,
  options: Partial<DecodeOptions> = {},
): Promise<DecodedImage & { readonly bytes: Uint8Array }> {
  const name = options.name ?? basename(path);
  const bytes = await readPictureBytes(path, { name, limits: { ...defaultDecodeLimits, ...options.limits } });
  return { ...(await decodeImage(bytes, { ...options, name })), bytes };
}

/** The bytes of a picture file. Throws an Error if it is not there, no file, empty or larger than the limit. */
export async function readPictureBytes(
  path: string,
  {
    name = basename(path),
    limits = defaultDecodeLimits,
  }: { readonly name?: string; readonly limits?: DecodeLimits } = {},
): Promise<Uint8Array> {
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

function otherFormatSentence(bytes: Uint8Array, name: string): string {
  const other = otherFormatOf(bytes);
  if (other === undefined) return `${name} is not a picture that can be read; give a ${readableFormats} file.`;
  return `${name} is ${other}, not a picture that can be read; save it as PNG or JPEG, or give a ${readableFormats} file.`;
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const lines = message.split("\n").map((line) => line.trim().replace(/[.;]+$/u, ""));
  return oneLine([...new Set(lines)].filter((line) => line !== "").join("; "));
}

async function readingOf<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof UnreadableKindError) throw new Error(`The picture ${name} ${cause.message}.`, { cause });
    const reason = reasonOf(cause);
    if (/not configured|not supported|no known route|unsupported (?!image format)/iu.test(reason)) {
      throw new Error(`The picture ${name} is of a kind that cannot be read (${reason}); save it as PNG or JPEG.`, {
        cause,
      });
    }
    throw new Error(`The picture ${name} is damaged or cut off (${reason}); give an intact file.`, { cause });
  }
}

type CheckedOptions = DecodeOptions & { readonly limits: DecodeLimits };

interface Read {
  readonly image: RgbImage;
  readonly samples?: SampleStatistics | undefined;
}

async function decodeBmp(bytes: Uint8Array, { name, limits }: CheckedOptions): Promise<Read> {
  const header = await readingOf(name, () => readBmpHeader(bytes));
  const { width, height, masks } = header;
  const obstacle = bmpObstacle(header);
  if (obstacle !== undefined) throw new Error(`The picture ${name} ${obstacle}.`);
  if (width < 1 || height < 1) {
    throw new Error(
      `The picture ${name} is damaged or cut off (it has ${width} x ${height} pixels); give an intact file.`,
    );
  }
  const channels = masks === null ? 3 : 4;
  checkSize({ width, height, channels, sampleBytes: 1, decoderBytes: 1, fileBytes: bytes.length }, name, limits);
  return readingOf(name, () => {
    const picture = openBmp(bytes, header);
    const data = new Uint8Array(width * height * 3);
    const meaning: SampleMeaning = picture.hasAlpha
      ? { channels: 4, space: "rgb", alpha: { channel: 3, associated: false } }
      : { channels: 3, space: "rgb" };
    const writer = rgbWriter(data, { meaning, width, layout: turnedLayout(picture, 1) });
    for (let y = 0; y < height; y++) writer.write(picture.row(y));
    return { image: { width, height, data } };
  });
}

function decodeWithLibvips(mediaType: LibvipsType) {
  return async (bytes: Uint8Array, options: CheckedOptions): Promise<Read> => {
    const { name, orient = true, limits } = options;
    const prepared = await readingOf(name, () => bytesForLibvips(bytes, mediaType));
    if (mediaType === "image/avif" && prepared !== bytes && !hasStillPicture(bytes)) {
      throw new Error(
        `The picture ${name} is an animated AVIF without a still picture, which cannot be read; save its first frame as PNG or JPEG.`,
      );
    }
    const metadata = await readingOf(name, async () => sharpOf(prepared).metadata());
    const plan = planReading(mediaType, { bytes, prepared, metadata });
    checkSize(storedSize(plan, metadata), name, limits);
    // Pillow turns TIFF pictures while it reads them, whatever the caller does about EXIF.
    const orientation = orient || mediaType === "image/tiff" ? plan.orientation : 1;
    return readingOf(name, async () => readPicture({ ...plan, orientation }, metadata, options));
  };
}

function storedSize(
  { bytes, packedWidth, stored, decoderBytes }: ReadPlan,
  { width, height, channels, depth }: Metadata,
) {
  const sampleBytes = depth === "uchar" ? 1 : depth === "ushort" ? 2 : 4;
  return {
    width: packedWidth ?? width,
    height,
    channels,
    sampleBytes,
    ...stored,
    decoderBytes,
    fileBytes: bytes.length,
  };
}

async function readPicture(plan: ReadPlan, metadata: Metadata, { stretch }: DecodeOptions): Promise<Read> {
  const { packedWidth, orientation } = plan;
  const { height } = metadata;
  const width = packedWidth ?? metadata.width;
  const layout = turnedLayout({ width, height }, orientation);
  const reader = stripReader(plan, metadata);
  const stripRows = Math.max(1, Math.floor(stripBytes / reader.bytesOfRow));
  const isPlain = orientation === 1 && plan.meaning(metadata.channels).space === "rgb" && metadata.channels === 3;
  const rowsAtOnce = isPlain && metadata.depth === "uchar" ? height : stripRows;
  const size = { width: layout.width, height: layout.height };
  let writer: ReturnType<typeof rgbWriter> | undefined;
  let data: Uint8Array | undefined;
  for (let top = 0; top < height; top += rowsAtOnce) {
    const { channels, data: samples } = await reader.read(top, Math.min(rowsAtOnce, height - top));
    const meaning = plan.meaning(channels);
    if (isStoredRgb(meaning) && orientation === 1 && rowsAtOnce === height && samples instanceof Uint8Array) {
      return finished({ image: { ...size, data: samples } }, plan);
    }
    data ??= new Uint8Array(width * height * 3);
    writer ??= rgbWriter(data, { meaning: { ...meaning, ...(stretch && { stretch }) }, width, layout });
    writer.write(packedWidth === undefined ? samples : unpack12(samples, { width, rowBytes: metadata.width }));
  }
  return finished({ image: { ...size, data: data! }, samples: writer!.statistics() }, plan);
}

/** Whether the samples are RGB already, without anything to apply. */
function isStoredRgb({ channels, space, alpha, transparent }: SampleMeaning): boolean {
  return space === "rgb" && channels === 3 && alpha === undefined && transparent === undefined;
}

function finished(read: Read, { finish }: ReadPlan): Read {
  finish?.(read.image);
  return read;
}

/** Samples of 12 bits, most significant first, from rows of whole bytes. */
function unpack12(
  packed: ArrayLike<number>,
  { width, rowBytes }: { readonly width: number; readonly rowBytes: number },
): Uint16Array {
  const rows = packed.length / rowBytes;
  const samples = new Uint16Array(rows * width);
  for (let row = 0, out = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      const at = row * rowBytes + (x >> 1) * 3;
      const isFirst = x % 2 === 0;
      const [high, low] = isFirst ? [packed[at]!, packed[at + 1]! >> 4] : [packed[at + 1]! & 15, packed[at + 2]!];
      samples[out++] = isFirst ? (high << 4) | low : (high << 8) | low;
    }
  }
  return samples;
}
