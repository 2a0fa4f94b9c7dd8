/** @file Finds the EXIF and XMP blocks of a picture file as Pillow does. */
import { inflateSync } from "node:zlib";
import { readTiffDirectory, tiffBytes } from "./tiff-directory.ts";

/** What a picture file says about itself beside its pixels; absent if it says nothing. */
export interface EmbeddedBlocks {
  readonly exif?: Uint8Array;
  readonly xmp?: Uint8Array;
}

/** A text that unpacks to more is none: Pillow's limit for one text chunk. */
const maxTextBytes = 1_048_576;
/** Compressed texts that are looked at; no program writes more than one of a kind. */
const maxCompressedTexts = 16;
const exifProfile = "Raw profile type exif";
const xmpKeyword = "XML:com.adobe.xmp";

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Chunks of a PNG, in their order, up to the end of the file; a chunk that is cut off ends them. */
export function* pngChunks(bytes: Uint8Array): Generator<{ readonly name: string; readonly content: Uint8Array }> {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end > bytes.length) return;
    yield { name: latin1(bytes.subarray(at + 4, at + 8)), content: bytes.subarray(at + 8, end) };
    at = end + 4;
  }
}

/** EXIF as a chunk, or as text in hexadecimal digits; XMP as text. Of two the last counts, also behind the pixels. */
export function pngBlocks(bytes: Uint8Array): EmbeddedBlocks {
  let exif: Uint8Array | undefined;
  let profile: Uint8Array | undefined;
  let xmp: Uint8Array | undefined;
  let compressedTexts = 0;
  for (const { name, content } of pngChunks(bytes)) {
    if (name === "eXIf") exif = content;
    if (!["tEXt", "zTXt", "iTXt"].includes(name)) continue;
    if (name !== "tEXt" && ++compressedTexts > maxCompressedTexts) continue;
    const { keyword, text } = pngText(name, content);
    if (text === undefined) continue;
    if (keyword === xmpKeyword) xmp = text;
    if (keyword === exifProfile) profile = hexadecimalProfile(text);
    if (keyword === "exif" && name === "tEXt") exif = text;
  }
  return { exif: exif ?? profile, xmp };
}

function pngText(name: string, content: Uint8Array): { readonly keyword: string; readonly text?: Uint8Array } {
  const end = content.indexOf(0);
  if (end < 0) return { keyword: "" };
  const keyword = latin1(content.subarray(0, end));
  if (name === "tEXt") return { keyword, text: content.subarray(end + 1) };
  if (keyword !== xmpKeyword && keyword !== exifProfile) return { keyword };
  if (name === "zTXt")
    return { keyword, text: content[end + 1] === 0 ? inflated(content.subarray(end + 2)) : undefined };
  // Whether it is compressed and how, then a language and a translated keyword, each ended by a zero.
  const languageEnd = content.indexOf(0, end + 3);
  const keywordEnd = languageEnd < 0 ? -1 : content.indexOf(0, languageEnd + 1);
  if (keywordEnd < 0) return { keyword };
  const text = content.subarray(keywordEnd + 1);
  if (content[end + 1] === 0) return { keyword, text };
  return { keyword, text: content[end + 2] === 0 ? inflated(text) : undefined };
}

function inflated(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: maxTextBytes });
  } catch {
    return undefined;
  }
}

/** A line break, the profile's name, its length, then lines of digits. */
function hexadecimalProfile(text: Uint8Array): Uint8Array {
  const digits = latin1(text).split("\n").slice(3).join("").replace(/\s/gu, "");
  return new Uint8Array(Buffer.from(digits, "hex"));
}

const exifStart = "Exif\0\0";
const xmpStart = "http://ns.adobe.com/xap/1.0/\0";

/** The segments before the first scan: EXIF in pieces is put together, of XMP the last counts. */
export function jpegBlocks(bytes: Uint8Array): EmbeddedBlocks {
  const exif: Uint8Array[] = [];
  let xmp: Uint8Array | undefined;
  for (const { marker, content } of jpegSegments(bytes)) {
    if (marker !== 0xe1) continue;
    const start = latin1(content.subarray(0, xmpStart.length));
    if (start.startsWith(exifStart)) exif.push(content.subarray(exif.length === 0 ? 0 : exifStart.length));
    if (start === xmpStart) xmp = content.subarray(xmpStart.length);
  }
  return { exif: exif.length === 0 ? undefined : new Uint8Array(Buffer.concat(exif)), xmp };
}

/** Segments of a JPEG before its first scan. */
export function* jpegSegments(bytes: Uint8Array): Generator<{ readonly marker: number; readonly content: Uint8Array }> {
  const view = viewOf(bytes);
  const startOfScan = 0xda;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    if (marker === startOfScan) return;
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff || marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    yield { marker, content: bytes.subarray(at + 4, end) };
    at = Math.max(end, at + 4);
  }
}

/** Chunks of a WebP, in their order. */
function* webpChunks(bytes: Uint8Array): Generator<{ readonly name: string; readonly content: Uint8Array }> {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    yield { name: latin1(bytes.subarray(at, at + 4)), content: bytes.subarray(at + 8, at + 8 + length) };
    at += 8 + length + (length % 2);
  }
}

export function webpBlocks(bytes: Uint8Array): EmbeddedBlocks {
  const chunks = [...webpChunks(bytes)];
  const first = (name: string) => chunks.find((chunk) => chunk.name === name)?.content;
  return { exif: first("EXIF"), xmp: first("XMP ") };
}

/** A TIFF file is its own EXIF; tag 700 holds XMP. */
export function tiffBlocks(bytes: Uint8Array): EmbeddedBlocks {
  const directory = readTiffDirectory(bytes);
  return directory === undefined ? {} : { exif: bytes, xmp: tiffBytes(directory, 700) };
}
