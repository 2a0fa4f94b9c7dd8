import { describe, expect, it } from "vitest";
import { mediaTypeOf, otherFormatOf } from "./media-type.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("mediaTypeOf", () => {
  it.each([
    ["image/png", "\x89PNG\r\n\x1a\n"],
    ["image/jpeg", "\xff\xd8\xff\xe0"],
    ["image/webp", "RIFF\x10\0\0\0WEBPVP8 "],
    ["image/gif", "GIF89a"],
    ["image/gif", "GIF87a"],
    ["image/tiff", "II*\0\x08\0\0\0"],
    ["image/tiff", "MM\0*\0\0\0\x08"],
    ["image/tiff", "II+\0\x08\0\0\0"],
    ["image/bmp", `BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0${"\0".repeat(36)}`],
    ["image/avif", "\0\0\0\x20ftypavif\0\0\0\0mif1miaf"],
    ["image/avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avif"],
  ])("knows %s by its first bytes", (mediaType, start) => {
    expect(mediaTypeOf(latin1(start))).toBe(mediaType);
  });

  it.each([
    ["an empty file", ""],
    ["one byte", "\x89"],
    ["an SVG", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["a text that begins like a BMP", "BM is short for bitmap, which is not what this is."],
    ["a HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["a brand behind the first box", "\0\0\0\x10ftypheic\0\0\0\0avif"],
    ["another RIFF file", "RIFF\x10\0\0\0WAVEfmt "],
    ["a PDF", "%PDF-1.7"],
  ])("does not know %s", (_, start) => {
    expect(mediaTypeOf(latin1(start))).toBeUndefined();
  });
});

describe("otherFormatOf", () => {
  it.each([
    ["an SVG drawing", '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["an SVG drawing", "\xef\xbb\xbf<svg width='3'>"],
    ["an HTML page", "<!DOCTYPE html><html><body>"],
    ["an XML document", '<?xml version="1.0"?><note/>'],
    ["a HEIC picture", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["a JPEG XL picture", "\xff\x0a\xfa\x1f"],
    ["a JPEG XL picture", "\0\0\0\x0cJXL \r\n\x87\n"],
    ["a JPEG 2000 picture", "\0\0\0\x0cjP  \r\n\x87\n"],
    ["a JPEG 2000 picture", "\xff\x4f\xff\x51\0\x2f"],
    ["a video (MP4 or QuickTime)", "\0\0\0\x18ftypisom\0\0\x02\0isommp41"],
    ["a video (WebM or Matroska)", "\x1a\x45\xdf\xa3\x01"],
    ["a sound file (WAV)", "RIFF\x10\0\0\0WAVEfmt "],
    ["a Photoshop document (PSD)", "8BPS\0\x01\0\0"],
    ["a Windows icon (ICO)", "\0\0\x01\0\x01\0\x10\x10"],
    ["a PDF document", "%PDF-1.7\n%\xe2\xe3"],
    ["a DICOM file", `${"\0".repeat(128)}DICM\x02\0`],
    ["a Netpbm picture (PBM, PGM, PPM or PAM)", "P6\n3 2\n255\n"],
    ["a ZIP archive or an Office document", "PK\x03\x04\x14\0"],
    ["a compressed file (gzip)", "\x1f\x8b\x08\0"],
    ["a JSON text", '{"pictures": []}'],
    ["a text", "A picture of a caf\xc3\xa9.\n\t- 3 tables"],
    [undefined, "\x01\x02\0\x03"],
    [undefined, ""],
  ])("finds %s", (name, start) => {
    expect(otherFormatOf(latin1(start))).toBe(name);
  });
});
