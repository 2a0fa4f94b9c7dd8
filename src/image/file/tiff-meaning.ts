/** @file What the samples of a TIFF file mean, and how libvips is brought to hand them over as they are stored. */
import type { SampleMeaning } from "../samples.ts";
import { readTiffDirectory, setTiffNumber, tiffNumbers, type TiffDirectory } from "./tiff-directory.ts";

const tag = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  planar: 284,
  predictor: 317,
  tileHeight: 323,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

const photometric = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, cmyk: 5, ycbcr: 6, lab: 8 } as const;

/** Interpretations that are not read, by number. */
const otherPhotometrics: Readonly<Record<number, string>> = {
  4: "a transparency mask",
  9: "ICC Lab",
  10: "ITU Lab",
  32803: "raw values of a color filter array",
  32844: "LogL",
  32845: "LogLuv",
  34892: "linear raw values",
};

/** Compressions that the decoder lacks, by number. */
const otherCompressions: Readonly<Record<number, string>> = {
  6: "JPEG in its old form",
  34661: "JBIG",
  34712: "JPEG 2000",
  34887: "LERC",
  34925: "LZMA",
  50000: "ZSTD",
  50001: "WebP",
  50002: "JPEG XL",
  34933: "PNG",
};

const jpegCompression = 7;

/** A file that is intact and holds what cannot be read. */
export class UnreadableKindError extends Error {}

export interface TiffPlan {
  /** The file, with some tags changed so that libvips hands over the stored samples. */
  readonly bytes: Uint8Array;
  /** Without `channels`, which libvips tells. */
  readonly meaning: Omit<SampleMeaning, "channels">;
  /** What 16 or 32 bits of a sample are. */
  readonly sampleType: "unsigned" | "signed" | "float";
  /** Bytes and channels of a stored pixel, for limits. */
  readonly sampleBytes: number;
  readonly channels: number;
  /** Part of the picture, 0 to 1, that a strip holds; the decoder reads whole strips. */
  readonly stripShare: number;
  /** Set if rows of 12-bit samples are handed over as bytes: the picture's true width. */
  readonly packedWidth?: number;
}

/** Throws an UnreadableKindError, whose message goes on from "The picture x.tif ", for what cannot be read. */
export function planTiff(bytes: Uint8Array): TiffPlan {
  const directory = readTiffDirectory(bytes);
  if (directory?.complete !== true) {
    throw new UnreadableKindError("is damaged or cut off (its directory is not complete); give an intact file");
  }
  const facts = factsOf(directory);
  checkKind(facts);
  const patches = patchesOf(facts);
  const { bits, channels } = facts;
  return {
    bytes: patches.length === 0 ? bytes : patched(bytes, patches),
    meaning: meaningOf(facts),
    sampleType: facts.format === 3 ? "float" : facts.format === 2 && bits > 8 ? "signed" : "unsigned",
    sampleBytes: Math.ceil(bits / 8),
    channels,
    stripShare: Math.min(1, facts.rowsPerStrip / Math.max(1, facts.height)),
    ...(bits === 12 ? { packedWidth: facts.width } : {}),
  };
}

interface TiffFacts {
  readonly width: number;
  readonly height: number;
  readonly rowsPerStrip: number;
  readonly photometric: number;
  readonly compression: number;
  readonly bits: number;
  readonly channels: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly format: number;
  readonly extras: readonly number[];
  readonly subsampled: boolean;
  readonly predictor: number;
  readonly planar: boolean;
}

function factsOf(directory: TiffDirectory): TiffFacts {
  const numbers = (which: number): readonly number[] => tiffNumbers(directory, which) ?? [];
  const first = (which: number, otherwise: number): number => numbers(which)[0] ?? otherwise;
  const bits = numbers(tag.bitsPerSample);
  const channels = first(tag.samplesPerPixel, Math.max(1, bits.length));
  const subsampling = tiffNumbers(directory, 530) ?? [2, 2];
  const facts = {
    width: first(tag.width, 0),
    height: first(tag.height, 0),
    rowsPerStrip: first(tag.rowsPerStrip, first(tag.tileHeight, Infinity)),
    photometric: first(tag.photometric, photometric.whiteIsZero),
    compression: first(tag.compression, 1),
    bits: first(tag.bitsPerSample, 1),
    channels,
    format: first(tag.sampleFormat, 1),
    extras: numbers(tag.extraSamples),
    subsampled: subsampling.some((factor) => factor !== 1),
    predictor: first(tag.predictor, 1),
    planar: first(tag.planar, 1) === 2,
  };
  const differing = [bits, numbers(tag.sampleFormat)].find((values) => values.some((value) => value !== values[0]));
  if (differing !== undefined) {
    throw new UnreadableKindError(
      `is a TIFF whose channels differ in their samples (${differing.join(", ")}), which cannot be read; save it as PNG or JPEG`,
    );
  }
  return facts;
}

function checkKind({ photometric: kind, compression, bits, format, channels, predictor, planar }: TiffFacts): void {
  const refuse = (what: string): never => {
    throw new UnreadableKindError(`is a TIFF ${what}, which cannot be read; save it as PNG or JPEG`);
  };
  const known = Object.values<number>(photometric).includes(kind);
  if (!known) refuse(`of ${otherPhotometrics[kind] ?? `the color interpretation ${kind}`}`);
  const other = otherCompressions[compression];
  if (other !== undefined) refuse(`with the compression ${other}`);
  // libvips mixes the rows of such files up.
  if (planar && kind <= photometric.blackIsZero && channels > 1) refuse("of gray and other samples in separate planes");
  const type = format === 3 ? "floating-point " : format === 2 ? "signed " : "";
  const isGray = kind <= photometric.blackIsZero;
  const plainBits =
    isGray && channels === 1 ? [1, 2, 4, 8, 12, 16, 32] : kind === photometric.palette ? [1, 2, 4, 8] : [8, 16];
  const readable =
    plainBits.includes(bits) &&
    (kind !== photometric.lab || bits === 8) &&
    (kind !== photometric.ycbcr || bits === 8) &&
    (format === 3 ? bits === 32 : format <= 2 && (format === 1 || (isGray && channels === 1))) &&
    (bits !== 12 || predictor === 1);
  if (!readable) refuse(`with ${type}samples of ${bits} bits`);
}

type Patch = readonly [tag: number, value: number];

function patchesOf(facts: TiffFacts): readonly Patch[] {
  const { photometric: kind, bits, format, extras, compression, subsampled, width } = facts;
  const patches: Patch[] = [];
  // Pillow reads 16-bit gray as it is stored, whichever level is white.
  const isWideGray = kind === photometric.whiteIsZero && bits > 8;
  if (isWideGray || bits === 12) patches.push([tag.photometric, photometric.blackIsZero]);
  const isPlainYcbcr = kind === photometric.ycbcr && !subsampled && compression !== jpegCompression;
  if (kind === photometric.lab || isPlainYcbcr) patches.push([tag.photometric, photometric.rgb]);
  // libvips would divide colors that were multiplied by alpha, and clips signed samples.
  if (extras.includes(1)) patches.push([tag.extraSamples, 0]);
  if (format === 2) patches.push([tag.sampleFormat, 1]);
  if (bits === 12) patches.push([tag.bitsPerSample, 8], [tag.width, Math.ceil((width * 12) / 8)]);
  return patches;
}

function patched(bytes: Uint8Array, patches: readonly Patch[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  const directory = readTiffDirectory(copy)!;
  for (const [which, value] of patches) setTiffNumber(directory, which, value);
  return copy;
}

function meaningOf({ photometric: kind, channels, extras, compression, subsampled }: TiffFacts): TiffPlan["meaning"] {
  const isStoredYcbcr = kind === photometric.ycbcr && !subsampled && compression !== jpegCompression;
  const space =
    kind <= photometric.blackIsZero
      ? "gray"
      : kind === photometric.cmyk
        ? "cmyk"
        : kind === photometric.lab
          ? "lab"
          : isStoredYcbcr
            ? "ycbcr"
            : "rgb";
  return { space, alpha: alphaOf({ kind, channels, extras }) };
}

/** The first sample beside the color when it is transparency: named so, or a fourth of RGB and a second of gray that nothing names. */
function alphaOf({
  kind,
  channels,
  extras,
}: {
  readonly kind: number;
  readonly channels: number;
  readonly extras: readonly number[];
}): SampleMeaning["alpha"] {
  if (kind === photometric.cmyk || kind === photometric.ycbcr || kind === photometric.lab) return undefined;
  const colors = kind === photometric.rgb ? 3 : 1;
  if (channels <= colors) return undefined;
  // Palettes are spread to three channels before they are handed over.
  const channelOf = (extra: number): number => (kind === photometric.palette ? 3 : colors) + extra;
  if (extras.length === 0) return channels === colors + 1 ? { channel: channelOf(0), associated: false } : undefined;
  // 999 is what Corel Draw 10 wrote.
  const named = extras.findIndex((value) => value === 1 || value === 2 || value === 999);
  return named < 0 ? undefined : { channel: channelOf(named), associated: extras[named] === 1 };
}
