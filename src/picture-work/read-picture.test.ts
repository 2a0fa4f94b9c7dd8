import { deflateSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../image/decode.ts";
import { prepareImage } from "../image/prepare.ts";
import { pngChunk } from "../../test/support/png-file.ts";
import { readPicture } from "./read-picture.ts";
import { isSmallPicture } from "./small-picture.ts";
import { squareSettings } from "../../test/support/processor-settings.ts";

const settings = squareSettings(32);
const prepared = { kind: "prepared", settings, fit: "default", side: 32 } as const;

const fixture = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../test/fixtures/pictures/${name}`, import.meta.url))));

/** 16 bits, RGB and alpha, all zero: `width` x `height` x 8 bytes in some kilobytes. */
function zeroPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 6, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(height * (1 + width * 8)));
  const chunks = [pngChunk("IHDR", header), pngChunk("IDAT", rows), pngChunk("IEND", new Uint8Array(0))];
  return new Uint8Array(Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]));
}

describe("readPicture", () => {
  it("gives what reading in this process gives, small or not", async () => {
    const data = Uint8Array.from({ length: 700 * 500 * 3 }, (_, i) => (i * 7) % 256);
    const large = new Uint8Array(
      await sharp(data, { raw: { width: 700, height: 500, channels: 3 } })
        .png()
        .toBuffer(),
    );
    for (const bytes of [fixture("rgba16.png"), fixture("big.tif"), large]) {
      const { image } = await decodeImage(bytes, { name: "a" });
      const expected = prepareImage(image, { settings, fit: "default" });
      const found = await readPicture(bytes, { name: "a", task: prepared });
      expect(found).toMatchObject({ width: image.width, height: image.height });
      expect(found.prepared).toEqual(expected);
      const pixels = await readPicture(bytes, { name: "a", task: { kind: "pixels", side: Infinity } });
      expect(Buffer.from(pixels.image.data).equals(Buffer.from(image.data))).toBe(true);
      const png = await readPicture(bytes, { name: "a", task: { kind: "png" } });
      expect(
        Buffer.from((await decodeImage(png.bytes, { name: "a" })).image.data).equals(Buffer.from(image.data)),
      ).toBe(true);
    }
    expect([fixture("rgba16.png"), fixture("big.tif"), large].map(isSmallPicture)).toEqual([true, false, false]);
  });

  it("tells the size of an input that is not the one that was asked for", async () => {
    const found = await readPicture(fixture("big.tif"), { name: "a", task: { ...prepared, side: 31 } });
    expect(found.prepared).toEqual({ size: { width: 32, height: 32 } });
  });

  it("makes pixels and JPEGs no larger than they are wanted", async () => {
    const { image } = await readPicture(fixture("big.tif"), { name: "a", task: { kind: "pixels", side: 6 } });
    expect([image.width, image.height, image.data.length]).toEqual([6, 4, 72]);
    const { bytes } = await readPicture(fixture("big.tif"), { name: "a", task: { kind: "jpeg", side: 6 } });
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "jpeg", width: 6, height: 4 });
  });

  it("keeps the sentence and the kind of what is refused", async () => {
    const facts = { kind: "facts" } as const;
    await expect(readPicture(fixture("float64.tif"), { name: "a.tif", task: facts })).rejects.toThrow(
      "The picture a.tif is a TIFF with floating-point samples of 64 bits, which cannot be read; save it as PNG or JPEG.",
    );
    const bomb = readPicture(zeroPng(20_000, 1600), { name: "bomb.png", task: facts });
    await expect(bomb).rejects.toMatchObject({ code: "too-large" });
    await expect(bomb).rejects.toThrow("more than the limit of 240000000; make it smaller first.");
    await expect(readPicture(Uint8Array.of(1, 2, 3, 0), { name: "a", task: facts })).rejects.toMatchObject({
      code: "bad-request",
    });
  });

  it("reads 16-bit pictures of many samples while this process goes on", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 20);
    const found = await readPicture(zeroPng(3000, 2500), { name: "zero.png", task: prepared });
    clearInterval(timer);
    expect(found).toMatchObject({ width: 3000, height: 2500, samples: { low: 0, high: 0, pixels: 7_500_000 } });
    expect(ticks).toBeGreaterThan(5);
  });
});

describe("isSmallPicture", () => {
  it("holds for PNG and JPEG of one scan with few samples alone", () => {
    expect(isSmallPicture(fixture("gray.jpg"))).toBe(true);
    expect(isSmallPicture(fixture("progressive.jpg"))).toBe(false);
    expect(isSmallPicture(fixture("lossy.webp"))).toBe(false);
    expect(isSmallPicture(fixture("plain.gif"))).toBe(false);
    expect(isSmallPicture(zeroPng(400, 400))).toBe(false);
    expect(isSmallPicture(new Uint8Array(0))).toBe(false);
  });
});
