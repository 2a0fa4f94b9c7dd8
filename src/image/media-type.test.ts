import { describe, expect, it } from "vitest";
import { isPngWithoutAlpha, mediaTypeOf } from "./media-type.ts";

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
    ["image/avif", "\0\0\0\x20ftypavif\0\0\0\0mif1miaf"],
    ["image/avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avif"],
  ])("knows %s by its first bytes", (mediaType, start) => {
    expect(mediaTypeOf(latin1(start))).toBe(mediaType);
  });

  it.each([
    ["an empty file", ""],
    ["one byte", "\x89"],
    ["an SVG", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["a BMP", "BM\x36\0\0\0"],
    ["a HEIC", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
    ["a brand behind the first box", "\0\0\0\x10ftypheic\0\0\0\0avif"],
    ["another RIFF file", "RIFF\x10\0\0\0WAVEfmt "],
    ["a PDF", "%PDF-1.7"],
  ])("does not know %s", (_, start) => {
    expect(mediaTypeOf(latin1(start))).toBeUndefined();
  });
});

describe("isPngWithoutAlpha", () => {
  const header = (colorType: number) =>
    latin1(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08${String.fromCharCode(colorType)}`);

  it("is told by the color type of the header", () => {
    expect([0, 2, 3, 4, 6].filter((colorType) => isPngWithoutAlpha(header(colorType)))).toEqual([2]);
    expect(isPngWithoutAlpha(latin1("GIF89a"))).toBe(false);
  });
});
