/** @file Whether a browser shows a picture file as `decodeImage` reads it. */
import { jpegBlocks, pngBlocks, webpBlocks } from "./file/embedded.ts";
import { exifOrientation, orientationOf } from "./orientation.ts";

/** Formats that every browser draws; of TIFF and AVIF it is not certain. */
const drawnTypes: readonly string[] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/**
 * False if a browser may turn the picture otherwise, since it reads no XMP and no text of a PNG, or if it shows gray of 16 bits
 * by its upper byte.
 */
export function isDrawnAlike(bytes: Uint8Array, mediaType: string): boolean {
  switch (mediaType) {
    case "image/png":
      return orientationOf(pngBlocks(bytes)) === 1 && !(bytes[24] === 16 && bytes[25] === 0);
    case "image/jpeg": {
      const blocks = jpegBlocks(bytes);
      const byExif = blocks.exif === undefined ? undefined : exifOrientation(blocks.exif);
      return orientationOf(blocks) === (byExif ?? 1);
    }
    case "image/webp":
      return orientationOf(webpBlocks(bytes)) === 1;
    default:
      return drawnTypes.includes(mediaType);
  }
}
