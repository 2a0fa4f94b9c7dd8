/** @file Recognises the picture formats that can be read, by the first bytes of a file. */

export type MediaType = "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/tiff" | "image/avif";

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function isAvif(bytes: Uint8Array): boolean {
  // An ISO media file opens with its "ftyp" box: the major brand, a version, then the brands it is compatible with.
  if (ascii(bytes, 4, 8) !== "ftyp") return false;
  const brandBytes = ascii(bytes, 8, Math.min(bytes[3] ?? 0, 128));
  return /^(?:.{4})*?avi[fs]/su.test(brandBytes);
}

/** The format of a picture file, or undefined for anything else; in particular for SVG, which may refer to other files. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | undefined {
  if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (ascii(bytes, 0, 3) === "\xff\xd8\xff") return "image/jpeg";
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "image/webp";
  if (/^GIF8[79]a$/u.test(ascii(bytes, 0, 6))) return "image/gif";
  if (["II*\0", "MM\0*"].includes(ascii(bytes, 0, 4))) return "image/tiff";
  return isAvif(bytes) ? "image/avif" : undefined;
}

/** Whether a PNG stores plain RGB: Pillow, and so the processors, ignore the transparent color such a file may name. */
export function isPngWithoutAlpha(bytes: Uint8Array): boolean {
  const colorTypeOffset = 25;
  const trueColor = 2;
  return mediaTypeOf(bytes) === "image/png" && bytes[colorTypeOffset] === trueColor;
}
