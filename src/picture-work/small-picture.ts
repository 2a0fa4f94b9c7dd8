/** @file Which pictures may be read in this process, because they can take neither time nor memory. */
import { jpegSegments } from "../image/file/embedded.ts";
import { mediaTypeOf } from "../image/media-type.ts";

/** Samples of the picture: 450 x 450 pixels of three channels. Converting and fitting them takes about 20 ms. */
const maxSamples = 610_000;
const maxFileBytes = 1_000_000;

/**
 * A PNG or a JPEG of one scan whose header promises few samples. Their decoders read each byte once, so that the size bounds what they
 * take; other formats are compressed further or read several times. A new process takes about 0.3 s, these pictures a few milliseconds.
 */
export function isSmallPicture(bytes: Uint8Array): boolean {
  if (bytes.length > maxFileBytes) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (mediaTypeOf(bytes)) {
    case "image/png":
      return bytes.length >= 29 && view.getUint32(16) * view.getUint32(20) * pngSampleBytes(bytes) <= maxSamples;
    case "image/jpeg":
      return jpegSamples(bytes) <= maxSamples;
    default:
      return false;
  }
}

/** Bytes of a pixel, at least the three that it becomes. */
function pngSampleBytes(bytes: Uint8Array): number {
  const [depth, color] = [bytes[24]!, bytes[25]!];
  const channels = color === 6 ? 4 : color === 4 ? 2 : color === 2 ? 3 : 1;
  return Math.max(3, channels * Math.ceil(depth / 8));
}

/** Infinity if the frame is progressive or of a rarer kind. */
function jpegSamples(bytes: Uint8Array): number {
  const [baseline, extended] = [0xc0, 0xc1];
  for (const { marker, content } of jpegSegments(bytes)) {
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (!isFrame) continue;
    if ((marker !== baseline && marker !== extended) || content.length < 6) return Infinity;
    const [height, width] = [content[1]! * 256 + content[2]!, content[3]! * 256 + content[4]!];
    return width * height * Math.max(3, content[5]!);
  }
  return Infinity;
}
