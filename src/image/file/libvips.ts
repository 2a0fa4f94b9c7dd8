/** @file Has libvips read a picture, in strips of rows. */
import sharp, { type Metadata, type RawOptions, type Sharp } from "sharp";
import type { SampleArray } from "../samples.ts";
import type { ReadPlan } from "./plan.ts";

/** libvips over the bytes of a file: no color profile applied, no limits of its own, an error for every fault of the file. */
export function sharpOf(bytes: Uint8Array): Sharp {
  // Limits are checked on the metadata, so that the message can say what to do.
  return sharp(bytes, { failOn: "error", ignoreIcc: true, limitInputPixels: false, limitInputChannels: false });
}

interface Strip {
  readonly rows: number;
  readonly channels: number;
  readonly data: SampleArray;
}

export interface StripReader {
  readonly bytesOfRow: number;
  /** The samples of some rows, [rows, width, channels]. */
  read(top: number, rows: number): Promise<Strip>;
}

export function stripReader(plan: ReadPlan, metadata: Metadata): StripReader {
  const { width, depth, channels } = metadata;
  const space = spaceOf(plan, metadata);
  const bytesOfSample: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2 };
  return {
    bytesOfRow: width * Math.max(channels, space === "srgb" ? 3 : 1) * (bytesOfSample[depth] ?? 4),
    async read(top, rows) {
      // Frees the strip before, if the process has asked for it.
      if (top > 0) (globalThis as { readonly gc?: () => void }).gc?.();
      const picture = sharpOf(plan.bytes);
      if (space === "cmyk") picture.pipelineColourspace("cmyk");
      if (rows < metadata.height) picture.extract({ left: 0, top, width, height: rows });
      const { data, info } = await picture
        .toColourspace(space)
        .raw({ depth: depth as NonNullable<RawOptions["depth"]> })
        .toBuffer({ resolveWithObject: true });
      return { rows, channels: info.channels, data: samplesOf(data, { depth, sampleType: plan.sampleType }) };
    },
  };
}

/** libvips keeps only the first channel of gray in 8 bits. */
function spaceOf({ wantsGrayAlpha }: ReadPlan, { space, depth }: Metadata): string {
  if (wantsGrayAlpha && depth === "uchar") return "srgb";
  return space === "multiband" || space === "rgb" ? "srgb" : space;
}

function samplesOf(
  data: Buffer,
  { depth, sampleType }: { readonly depth: string; readonly sampleType: ReadPlan["sampleType"] },
): SampleArray {
  const whole = (size: number): [ArrayBufferLike, number, number] =>
    data.byteOffset % size === 0
      ? [data.buffer, data.byteOffset, data.length / size]
      : [new Uint8Array(data).buffer, 0, data.length / size];
  switch (depth) {
    case "uchar":
    case "char":
      return new Uint8Array(data.buffer, data.byteOffset, data.length);
    case "ushort":
      return sampleType === "signed" ? new Int16Array(...whole(2)) : new Uint16Array(...whole(2));
    case "short":
      return new Int16Array(...whole(2));
    case "float":
      return new Float32Array(...whole(4));
    default:
      // Pillow has no unsigned samples of 32 bits: it takes them for signed ones.
      return new Int32Array(...whole(4));
  }
}
