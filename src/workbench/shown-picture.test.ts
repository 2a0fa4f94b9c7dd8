/** @file Tests of pictures for browsers: which are converted, and that their pixels stay. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeImage } from "../image/decode.ts";
import { shownPictures } from "./shown-picture.ts";

const width = 5;
const height = 3;
const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37) % 256);
const raw = sharp(pixels, { raw: { width, height, channels: 3 } });

describe("pictures to show", () => {
  test("a TIFF becomes a PNG of the same pixels, once", async () => {
    const shown = shownPictures();
    const bytes = new Uint8Array(await raw.clone().tiff({ compression: "none" }).toBuffer());
    const picture = { name: "scan.of.cat.tiff", mediaType: "image/tiff", bytes };
    const png = await shown.of("p-1", picture);
    expect({ name: png.name, mediaType: png.mediaType }).toEqual({ name: "scan.of.cat.png", mediaType: "image/png" });
    const { data, info } = await sharp(png.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels, info.format]).toEqual([width, height, 3, "raw"]);
    expect([...data]).toEqual([...pixels]);
    expect((await shown.of("p-1", picture)).bytes).toBe(png.bytes);
    expect((await shown.of("p-2", picture)).bytes).not.toBe(png.bytes);
  });

  test("what browsers draw stays as it is, also where it cannot be read", async () => {
    const shown = shownPictures();
    for (const mediaType of ["image/png", "image/jpeg", "image/webp", "image/gif"]) {
      const picture = { name: "a", mediaType, bytes: Uint8Array.of(1, 2, 3) };
      expect(await shown.of("a", picture)).toBe(picture);
    }
  });

  test("samples of more than 8 bits are stretched where it is wanted", async () => {
    const samples = Uint16Array.of(300, 2000, 4095);
    const wideGray = { width: 3, height: 1, channels: 1, depth: "ushort" } as const;
    const stored = sharp(samples, { raw: wideGray }).toColourspace("grey16");
    const picture = { name: "x.png", mediaType: "image/png", bytes: new Uint8Array(await stored.png().toBuffer()) };
    const shown = shownPictures();
    expect(await shown.as("x", picture)).toBe(picture);
    const stretched = await shown.as("x", picture, { shown: true, stretch: { low: 300, high: 4095 } });
    const { image } = await decodeImage(stretched.bytes, { name: "x" });
    expect([...image.data].filter((_, i) => i % 3 === 0)).toEqual([0, 114, 255]);
  });

  test("what is no picture is refused in one sentence", async () => {
    const picture = { name: "a.tiff", mediaType: "image/tiff", bytes: Uint8Array.of(1, 2, 3) };
    await expect(shownPictures().of("a", picture)).rejects.toMatchObject({
      code: "bad-request",
      message: expect.stringMatching(/^a.tiff is not a picture that can be read; /) as string,
    });
  });

  test("what browsers would turn or show otherwise becomes a PNG of what is read", async () => {
    const folder = fileURLToPath(new URL("../../test/fixtures/pictures/", import.meta.url));
    for (const [file, mediaType] of [
      ["turned-xmp-6.png", "image/png"],
      ["turned-profile-6.png", "image/png"],
      ["turned-xmp-6.jpg", "image/jpeg"],
      ["turned-xmp-6.webp", "image/webp"],
      ["gray16.png", "image/png"],
    ] as const) {
      const bytes = new Uint8Array(readFileSync(folder + file));
      const shown = await shownPictures().of(file, { name: file, mediaType, bytes });
      const { image } = await decodeImage(bytes, { name: file });
      expect(shown.mediaType).toBe("image/png");
      expect((await decodeImage(shown.bytes, { name: file })).image).toEqual(image);
    }
    for (const [file, mediaType] of [
      ["turned-exif.jpg", "image/jpeg"],
      ["gray8.png", "image/png"],
    ] as const) {
      const picture = { name: file, mediaType, bytes: new Uint8Array(readFileSync(folder + file)) };
      expect(await shownPictures().of(file, picture)).toBe(picture);
    }
  });
});
