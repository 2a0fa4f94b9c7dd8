/** @file Recognizes formats of files by their first bytes: those of pictures that can be read, and others by name. */

import type { pictureMediaTypes } from "./types.ts";

export type MediaType = (typeof pictureMediaTypes)[number];

/** The formats that can be read, for messages. */
export const readableFormats = "PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP";

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** Brands of an ISO media file, the major one first; empty for any other file. */
function isoBrands(bytes: Uint8Array): readonly string[] {
  // The "ftyp" box comes first: the major brand, a version, then the brands that the file is compatible with.
  if (ascii(bytes, 4, 8) !== "ftyp") return [];
  const end = Math.min(bytes[3] ?? 0, 128, bytes.length);
  const brands = [ascii(bytes, 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, at + 4));
  return brands;
}

function isAvif(bytes: Uint8Array): boolean {
  const brands = isoBrands(bytes);
  return brands.includes("avif") || brands.includes("avis");
}

/** Lengths of a BMP's header behind the 14 bytes of its file: of OS/2 and of the versions of Windows. */
const bmpHeaders: readonly number[] = [12, 16, 40, 52, 56, 64, 108, 124];

function isBmp(bytes: Uint8Array): boolean {
  return ascii(bytes, 0, 2) === "BM" && bytes.length >= 26 && bmpHeaders.includes(bytes[14]!) && bytes[15] === 0;
}

/** The format of a picture file, or undefined for anything else; in particular for SVG, which may refer to other files. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | undefined {
  if (ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (ascii(bytes, 0, 3) === "\xff\xd8\xff") return "image/jpeg";
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return "image/webp";
  if (/^GIF8[79]a$/u.test(ascii(bytes, 0, 6))) return "image/gif";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(ascii(bytes, 0, 4))) return "image/tiff";
  if (isBmp(bytes)) return "image/bmp";
  return isAvif(bytes) ? "image/avif" : undefined;
}

interface OtherFormat {
  /** As it stands in a sentence, with its article. */
  readonly name: string;
  readonly matches: (bytes: Uint8Array, text: string) => boolean;
}

const starts =
  (...prefixes: readonly string[]) =>
  (_: Uint8Array, text: string): boolean =>
    prefixes.some((prefix) => text.startsWith(prefix));

const hasBrand =
  (...names: readonly string[]) =>
  (bytes: Uint8Array): boolean =>
    isoBrands(bytes).some((brand) => names.some((name) => brand.startsWith(name)));

/** A mark-up language by its root element, behind a byte order mark, white space, a declaration and comments. */
const hasRoot =
  (...names: readonly string[]) =>
  (_: Uint8Array, text: string): boolean => {
    const root = /^(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--[\s\S]*?-->|<!doctype[^>]*>)*<([a-z0-9:]+)/iu.exec(text)?.[1];
    return root !== undefined && names.includes(root.toLowerCase());
  };

/** Formats that are often tried and cannot be read, the surest mark first. */
const otherFormats: readonly OtherFormat[] = [
  { name: "an SVG drawing", matches: hasRoot("svg", "svg:svg") },
  {
    name: "an HTML page",
    matches: (bytes, text) =>
      hasRoot("html", "head", "body")(bytes, text) || /^(?:\xef\xbb\xbf)?\s*<!doctype html/iu.test(text),
  },
  { name: "an XML document", matches: starts("<?xml") },
  { name: "a HEIC picture", matches: hasBrand("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1") },
  { name: "a JPEG XL picture", matches: starts("\xff\x0a", "\0\0\0\x0cJXL \r\n\x87\n") },
  { name: "a JPEG 2000 picture", matches: starts("\0\0\0\x0cjP  \r\n\x87\n", "\xff\x4f\xff\x51") },
  { name: "a Canon raw picture (CR3)", matches: hasBrand("crx") },
  { name: "a video (MP4 or QuickTime)", matches: (bytes) => isoBrands(bytes).length > 0 },
  { name: "a video (QuickTime)", matches: (_, text) => /^....(?:moov|mdat|wide|free)/su.test(text) },
  { name: "a video (WebM or Matroska)", matches: starts("\x1a\x45\xdf\xa3") },
  { name: "a video (AVI)", matches: (_, text) => text.startsWith("RIFF") && text.slice(8, 12) === "AVI " },
  { name: "a sound file (WAV)", matches: (_, text) => text.startsWith("RIFF") && text.slice(8, 12) === "WAVE" },
  { name: "a sound file (MP3)", matches: starts("ID3") },
  { name: "a Photoshop document (PSD)", matches: starts("8BPS") },
  { name: "a Windows icon (ICO)", matches: starts("\0\0\x01\0", "\0\0\x02\0") },
  { name: "an Apple icon (ICNS)", matches: starts("icns") },
  { name: "a PDF document", matches: (_, text) => text.slice(0, 1024).includes("%PDF-") },
  { name: "a PostScript document", matches: starts("%!PS", "\xc5\xd0\xd3\xc6") },
  { name: "a DICOM file", matches: (_, text) => text.slice(128, 132) === "DICM" },
  { name: "a NIfTI file", matches: (_, text) => ["n+1\0", "ni1\0"].includes(text.slice(344, 348)) },
  { name: "an OpenEXR picture", matches: starts("\x76\x2f\x31\x01") },
  { name: "a Radiance picture (HDR)", matches: starts("#?RADIANCE", "#?RGBE") },
  { name: "a FITS file", matches: starts("SIMPLE  =") },
  { name: "a JPEG XR picture", matches: starts("II\xbc\x01") },
  { name: "a Fujifilm raw picture (RAF)", matches: starts("FUJIFILMCCD-RAW") },
  { name: "a Panasonic raw picture (RW2)", matches: starts("IIU\0") },
  { name: "an Olympus raw picture (ORF)", matches: starts("IIRO", "IIRS", "MMOR") },
  { name: "a Netpbm picture (PBM, PGM, PPM or PAM)", matches: (_, text) => /^P[1-7]\s/u.test(text) },
  { name: "a QOI picture", matches: starts("qoif") },
  { name: "a DirectDraw surface (DDS)", matches: starts("DDS ") },
  { name: "a GIMP picture (XCF)", matches: starts("gimp xcf") },
  { name: "a WMF drawing", matches: starts("\xd7\xcd\xc6\x9a") },
  { name: "an EMF drawing", matches: (_, text) => text.startsWith("\x01\0\0\0") && text.slice(40, 44) === " EMF" },
  { name: "a PCX picture", matches: (_, text) => /^\x0a[\x00-\x05]\x01[\x01-\x08]/u.test(text) },
  { name: "an HDF5 file", matches: starts("\x89HDF\r\n\x1a\n") },
  { name: "a NumPy array", matches: starts("\x93NUMPY") },
  { name: "a ZIP archive or an Office document", matches: starts("PK\x03\x04", "PK\x05\x06") },
  { name: "a compressed file (gzip)", matches: starts("\x1f\x8b") },
  {
    name: "a compressed file (7z, xz, bzip2, zstd or RAR)",
    matches: starts("7z\xbc\xaf", "\xfd7zXZ", "BZh", "\x28\xb5\x2f\xfd", "Rar!"),
  },
  { name: "a JSON text", matches: (_, text) => /^(?:\xef\xbb\xbf)?\s*[{[]/u.test(text) && isText(text) },
  { name: "a text", matches: (_, text) => isText(text) },
];

/** No control characters but white space, and no zero bytes. */
function isText(text: string): boolean {
  return text.length > 0 && !/[^\P{Cc}\t\n\f\r\x1b\x80-\x9f]/u.test(text);
}

/** What a file that is no readable picture is, with its article ("a PDF document"); undefined if nothing tells. */
export function otherFormatOf(bytes: Uint8Array): string | undefined {
  const text = ascii(bytes, 0, Math.min(bytes.length, 2048));
  return otherFormats.find(({ matches }) => matches(bytes, text))?.name;
}
