/** @file How each format is read: what its samples mean, how it is turned, and what reading it costs. */
import type { Metadata } from "sharp";
import { type Orientation, orientationOf } from "../orientation.ts";
import type { SampleMeaning } from "../samples.ts";
import type { MediaType } from "../media-type.ts";
import type { RgbImage } from "../types.ts";
import { jpegBlocks, pngBlocks, pngChunks, tiffBlocks, webpBlocks } from "./embedded.ts";
import { fillGifScreen, readGifScreen, withGifScreen } from "./gif.ts";
import { asStillPicture, isTurnedByDecoder } from "./iso.ts";
import { planTiff, type TiffPlan } from "./tiff-meaning.ts";

export interface ReadPlan {
  /** What libvips is given: the file, or a copy with changes that it needs. */
  readonly bytes: Uint8Array;
  /** Of the samples that libvips hands over, by how many a pixel has. */
  meaning(channels: number): SampleMeaning;
  /** Whether transparency is wanted of gray pictures of 8 bits, which libvips else leaves out. */
  readonly wantsGrayAlpha: boolean;
  readonly orientation: Orientation;
  /** Bytes that the decoder holds for each pixel. */
  readonly decoderBytes: number;
  readonly sampleType: TiffPlan["sampleType"];
  readonly packedWidth?: number;
  /** Channels and bytes of a sample as stored, if the header says more than libvips. */
  readonly stored?: { readonly channels: number; readonly sampleBytes: number };
  /** A last change to the picture. */
  readonly finish?: (image: RgbImage) => void;
}

/** Formats that libvips reads. */
export type LibvipsType = Exclude<MediaType, "image/bmp">;

type Given = { readonly bytes: Uint8Array; readonly metadata: Metadata };

const plain = { wantsGrayAlpha: false, sampleType: "unsigned", decoderBytes: 0 } as const;

/** The file as libvips has to be given it, before its metadata is read. */
export function bytesForLibvips(bytes: Uint8Array, mediaType: LibvipsType): Uint8Array {
  if (mediaType === "image/avif") return asStillPicture(bytes);
  if (mediaType === "image/tiff") return planTiff(bytes).bytes;
  if (mediaType !== "image/gif") return bytes;
  const screen = readGifScreen(bytes);
  return screen === undefined ? bytes : withGifScreen(bytes, screen);
}

/** `bytes` is the file, `prepared` what `bytesForLibvips` made of it and `metadata` describes. */
export function planReading(
  mediaType: LibvipsType,
  { bytes, prepared, metadata }: Given & { readonly prepared: Uint8Array },
): ReadPlan {
  return { ...planners[mediaType]({ bytes, metadata }), bytes: prepared };
}

type Planner = (given: Given) => Omit<ReadPlan, "bytes">;

const planners: Readonly<Record<LibvipsType, Planner>> = {
  "image/png": planPng,
  "image/jpeg": ({ bytes, metadata }) => ({
    ...plain,
    meaning: (channels) => ({ channels, space: metadata.space === "cmyk" ? "cmyk" : channels < 3 ? "gray" : "rgb" }),
    orientation: orientationOf(jpegBlocks(bytes)),
    // A progressive picture is kept as 16-bit coefficients until its last scan.
    decoderBytes: metadata.isProgressive ? 2 * coefficients(metadata) : 0,
  }),
  "image/webp": ({ bytes }) => ({
    ...plain,
    meaning: rgbWithAlpha,
    orientation: orientationOf(webpBlocks(bytes)),
    decoderBytes: 8,
  }),
  "image/gif": ({ bytes }) => {
    const screen = readGifScreen(bytes);
    return {
      ...plain,
      meaning: rgbWithAlpha,
      orientation: 1,
      decoderBytes: 8,
      ...(screen === undefined ? {} : { finish: (image: RgbImage) => fillGifScreen(image, screen) }),
    };
  },
  "image/avif": ({ bytes, metadata }) => ({
    ...plain,
    meaning: rgbWithAlpha,
    orientation: avifOrientation(bytes, metadata),
    decoderBytes: 16,
  }),
  "image/tiff": ({ bytes }) => {
    const { meaning, sampleType, sampleBytes, channels, packedWidth, stripShare } = planTiff(bytes);
    return {
      ...plain,
      meaning: (found) => tiffMeaning({ ...meaning, channels: found }, channels),
      wantsGrayAlpha: meaning.space === "gray" && meaning.alpha !== undefined,
      orientation: orientationOf(tiffBlocks(bytes)),
      sampleType,
      stored: { channels, sampleBytes },
      ...(packedWidth === undefined ? {} : { packedWidth }),
      // One strip may be the whole picture.
      decoderBytes: channels * sampleBytes * stripShare,
    };
  },
};

/** Gray of 8 bits with transparency comes as RGB, its other samples two places further on. */
function tiffMeaning(meaning: SampleMeaning, stored: number): SampleMeaning {
  const { space, alpha, channels } = meaning;
  if (space !== "gray" || alpha === undefined || channels !== stored + 2) return meaning;
  return { ...meaning, space: "rgb", alpha: { ...alpha, channel: alpha.channel + 2 } };
}

function rgbWithAlpha(channels: number): SampleMeaning {
  return { channels, space: "rgb", ...(channels > 3 ? { alpha: { channel: 3, associated: false } } : {}) };
}

/** Coefficients of a pixel in a JPEG. */
function coefficients({ chromaSubsampling, channels }: Metadata): number {
  if (chromaSubsampling === "4:2:0") return 1.5;
  return chromaSubsampling === "4:2:2" ? 2 : channels;
}

/** libheif turns the picture as the file's own properties say; EXIF is not asked then, and XMP only when nothing else turns it. */
function avifOrientation(bytes: Uint8Array, { exif, xmp }: Metadata): Orientation {
  if (isTurnedByDecoder(bytes)) return 1;
  const fromExif = orientationOf({ exif, xmp });
  return fromExif === orientationOf({ exif }) ? 1 : fromExif;
}

const pngColors = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const;

function planPng({ bytes, metadata }: Given): Omit<ReadPlan, "bytes"> {
  const [depth, color] = [bytes[24]!, bytes[25]!];
  const isGray = color === pngColors.gray || color === pngColors.grayAlpha;
  const named = color === pngColors.gray || color === pngColors.rgb;
  const transparent = named ? transparentLevels(bytes, { depth, isGray }) : undefined;
  const alphaChannel = isGray && depth === 16 ? 1 : 3;
  return {
    ...plain,
    meaning: (channels) => ({
      channels,
      space: isGray && channels < 3 ? "gray" : "rgb",
      ...(!named && channels > alphaChannel ? { alpha: { channel: alphaChannel, associated: false } } : {}),
      ...(transparent === undefined ? {} : { transparent }),
    }),
    wantsGrayAlpha: color === pngColors.grayAlpha,
    orientation: orientationOf(pngBlocks(bytes)),
    decoderBytes: metadata.isProgressive ? metadata.channels * (depth > 8 ? 2 : 1) : 0,
  };
}

/** The transparent color that a gray or RGB picture names, as levels; Pillow compares the lower byte of what is stored. */
function transparentLevels(
  bytes: Uint8Array,
  { depth, isGray }: { readonly depth: number; readonly isGray: boolean },
): readonly number[] | undefined {
  for (const { name, content } of pngChunks(bytes)) {
    if (name === "IDAT") return undefined;
    if (name !== "tRNS" || content.length < (isGray ? 2 : 6)) continue;
    if (isGray && depth === 1) return [content[0] === 0 && content[1] === 0 ? 0 : 255];
    return isGray ? [content[1]!] : [content[1]!, content[3]!, content[5]!];
  }
  return undefined;
}
