/** @file Tests of pictures for browsers: which are converted, and that their pixels stay. */
import sharp from "sharp";
import { describe, expect, test } from "vitest";
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

  test("what is no picture is refused in one sentence", async () => {
    const picture = { name: "a.tiff", mediaType: "image/tiff", bytes: Uint8Array.of(1, 2, 3) };
    await expect(shownPictures().of("a", picture)).rejects.toThrow(/^a.tiff is not a picture that can be read; /);
  });
});
