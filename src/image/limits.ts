/** @file What a picture may cost, and a forecast of what it will cost, from its header alone. */

export interface DecodeLimits {
  readonly fileBytes: number;
  /** Width x height x channels x bytes of a sample, as stored. */
  readonly sampleBytes: number;
  /** Memory that reading it takes beside that of the processes, by `forecastBytes`. */
  readonly memoryBytes: number;
  /** Width and height each; the largest that JPEG can hold. */
  readonly side: number;
}

export const defaultDecodeLimits: DecodeLimits = {
  fileBytes: 100_000_000,
  sampleBytes: 240_000_000,
  memoryBytes: 400_000_000,
  side: 65_535,
};

/** A picture beyond the limits. */
export class PictureTooLargeError extends Error {}

/** What a header says about the size of a picture. */
export interface StoredSize {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** Bytes of a sample: 1, 2 or 4. */
  readonly sampleBytes: number;
  /** Bytes that the decoder itself holds for each pixel. */
  readonly decoderBytes: number;
  readonly fileBytes: number;
}

/** Stored samples are read in strips of at most this. */
export const stripBytes = 40_000_000;

/** The file twice (the caller and the reader each hold it), 8-bit RGB, one strip of samples, and what the decoder holds. */
function forecastBytes({ width, height, channels, sampleBytes, decoderBytes, fileBytes }: StoredSize): number {
  const pixels = width * height;
  const strip = Math.min(stripBytes, pixels * channels * sampleBytes);
  return 2 * fileBytes + pixels * 3 + strip + pixels * decoderBytes;
}

/** Throws when a file of `size` bytes is empty, or larger than `limits.fileBytes` (a PictureTooLargeError). */
export function checkFileSize(size: number, name: string, limits: DecodeLimits): void {
  if (size === 0) throw new Error(`The picture ${name} is empty (0 bytes); give a picture file with content.`);
  if (size > limits.fileBytes) {
    throw new PictureTooLargeError(
      `The picture ${name} has ${size} bytes, more than the limit of ${limits.fileBytes}; give a smaller file.`,
    );
  }
}

/** Throws a PictureTooLargeError that names the limit. */
export function checkSize(size: StoredSize, name: string, limits: DecodeLimits): void {
  const { width, height, channels, sampleBytes } = size;
  const refuse = (what: string): never => {
    throw new PictureTooLargeError(`The picture ${name} has ${width} x ${height} pixels, ${what}`);
  };
  if (Math.max(width, height) > limits.side) {
    refuse(`and a side may have at most ${limits.side}; crop it or make it smaller first.`);
  }
  const bytes = width * height * channels * sampleBytes;
  if (bytes > limits.sampleBytes) {
    const samples = `${channels} ${channels === 1 ? "channel" : "channels"} of ${sampleBytes * 8} bits`;
    refuse(`with ${samples} ${bytes} bytes, more than the limit of ${limits.sampleBytes}; make it smaller first.`);
  }
  const memory = forecastBytes(size);
  if (memory > limits.memoryBytes) {
    const [needed, most] = [memory, limits.memoryBytes].map((value) => Math.ceil(value / 1e6));
    refuse(`which would need ${needed} MB of memory, more than the limit of ${most}; make it smaller first.`);
  }
}
