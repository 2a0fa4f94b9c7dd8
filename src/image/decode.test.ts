import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pngChunk } from "../../test/support/png-file.ts";
import { decodeImage, readImageFile } from "./decode.ts";

interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha. */
  readonly colorType: number;
  /** Each row without its filter byte. */
  readonly rows: readonly (readonly number[])[];
  /** Chunks before the pixels, by name. */
  readonly chunks?: Readonly<Record<string, readonly number[]>>;
}

/** A PNG file from its parts, also of kinds that an encoder would not write. */
function pngFile({ width, height, depth, colorType, rows, chunks = {} }: PngParts): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    ...Object.entries(chunks).map(([name, content]) => pngChunk(name, Uint8Array.from(content))),
    pngChunk("IDAT", deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    pngChunk("IEND", new Uint8Array(0)),
  ]);
}

interface TiffParts {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly channels: number;
  /** 1 gray, 2 RGB, 5 CMYK. */
  readonly photometric: number;
  /** 1 whole numbers, 3 floating point. */
  readonly sampleFormat?: number;
  readonly orientation?: number;
  readonly data: Uint8Array;
}

/** An uncompressed little-endian TIFF file of one strip; `bits` of all channels are written once if two fit into the entry. */
function tiffFile(parts: TiffParts): Uint8Array {
  const { width, height, bits, channels, photometric, sampleFormat = 1, orientation = 1, data } = parts;
  const entries: [tag: number, values: number[]][] = [
    [256, [width]],
    [257, [height]],
    [258, new Array<number>(channels).fill(bits)],
    [259, [1]],
    [262, [photometric]],
    [273, [0]],
    [274, [orientation]],
    [277, [channels]],
    [278, [height]],
    [279, [data.length]],
    [339, new Array<number>(channels).fill(sampleFormat)],
  ];
  const directoryLength = 2 + entries.length * 12 + 4;
  const file = Buffer.alloc(8 + directoryLength + entries.length * 2 * channels + data.length);
  file.write("II*\0", "latin1");
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(entries.length, 8);
  let end = 8 + directoryLength;
  entries.forEach(([tag, values], i) => {
    const at = 10 + i * 12;
    const short = 3;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(short, at + 2);
    file.writeUInt32LE(values.length, at + 4);
    const valuesAt = values.length > 2 ? end : at + 8;
    if (values.length > 2) file.writeUInt32LE(end, at + 8);
    values.forEach((value, k) => file.writeUInt16LE(value, valuesAt + 2 * k));
    if (values.length > 2) end += 2 * values.length;
  });
  const stripOffsetAt = 10 + 5 * 12 + 8;
  file.writeUInt16LE(end, stripOffsetAt);
  file.set(data, end);
  return file.subarray(0, end + data.length);
}

async function levelsOf(bytes: Uint8Array, orient = true): Promise<number[]> {
  return [...(await decodeImage(bytes, { name: "picture", orient })).image.data];
}

const [width, height] = [3, 2];
const colors = Uint8Array.from({ length: width * height * 3 }, (_, i) => i * 13 + 5);
const raw = { raw: { width, height, channels: 3 } } as const;

describe("decodeImage: formats", () => {
  it.each([
    ["image/png", () => sharp(colors, raw).png()],
    ["image/webp", () => sharp(colors, raw).webp({ lossless: true })],
    ["image/gif", () => sharp(colors, raw).gif()],
    ["image/tiff", () => sharp(colors, raw).tiff({ compression: "lzw" })],
    ["image/avif", () => sharp(colors, raw).avif({ lossless: true, chromaSubsampling: "4:4:4" })],
  ] as const)("reads %s without loss", async (mediaType, encode) => {
    const decoded = await decodeImage(await encode().toBuffer(), { name: "colors" });
    expect(decoded).toMatchObject({ mediaType, width, height });
    expect(decoded.image.data).toBeCloseToArray(colors, mediaType === "image/avif" ? 1 : 0);
  });

  it("reads the first frame of an animation", async () => {
    const frames = Uint8Array.from([...colors, ...colors.map((level) => 255 - level)]);
    const stack = { raw: { width, height: 2 * height, channels: 3, pageHeight: height } } as const;
    for (const encode of [sharp(frames, stack).gif(), sharp(frames, stack).webp({ lossless: true })]) {
      const bytes = await encode.toBuffer();
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      expect(await levelsOf(bytes)).toEqual([...colors]);
    }
  });

  it("ignores color profiles", async () => {
    const bytes = await sharp(colors, raw).withIccProfile("p3").png().toBuffer();
    const stored = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
    expect(await levelsOf(bytes)).toEqual([...stored]);
  });

  it("converts CMYK by Pillow's formula, in TIFF and JPEG", async () => {
    const ink = [10, 200, 90, 30];
    const data = Uint8Array.from([...ink, 0, 0, 0, 0]);
    const tiff = tiffFile({ width: 2, height: 1, bits: 8, channels: 4, photometric: 5, data });
    expect(await levelsOf(tiff)).toEqual([216, 49, 146, 255, 255, 255]);
    // 8 x 8 pixels of the same ink, written by Pillow 13.0.0, which reads it as (216, 49, 146).
    const jpeg = Buffer.from(
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAoJ/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAA4EQwBNAFkASwAAPwB1A26lBhD/2Q==",
      "base64",
    );
    expect((await levelsOf(jpeg)).slice(0, 3)).toEqual([216, 49, 146]);
  });
});

describe("decodeImage: samples", () => {
  it("reads black and white", async () => {
    const bytes = pngFile({ width: 3, height: 1, depth: 1, colorType: 0, rows: [[0b10100000]] });
    expect(await levelsOf(bytes)).toEqual([255, 255, 255, 0, 0, 0, 255, 255, 255]);
  });

  it("stretches gray of 2 and 4 bits", async () => {
    const two = pngFile({ width: 4, height: 1, depth: 2, colorType: 0, rows: [[0b00011011]] });
    expect((await levelsOf(two)).filter((_, i) => i % 3 === 0)).toEqual([0, 85, 170, 255]);
    const four = pngFile({ width: 2, height: 1, depth: 4, colorType: 0, rows: [[0x1e]] });
    expect((await levelsOf(four)).filter((_, i) => i % 3 === 0)).toEqual([17, 238]);
  });

  it("clips 16-bit gray at 255, in PNG and TIFF", async () => {
    const png = pngFile({ width: 3, height: 1, depth: 16, colorType: 0, rows: [[0, 200, 1, 0, 255, 255]] });
    expect((await levelsOf(png)).filter((_, i) => i % 3 === 0)).toEqual([200, 255, 255]);
    const data = Uint8Array.from([200, 0, 0, 1]);
    const tiff = tiffFile({ width: 2, height: 1, bits: 16, channels: 1, photometric: 1, data });
    expect((await levelsOf(tiff)).filter((_, i) => i % 3 === 0)).toEqual([200, 255]);
  });

  it("takes the upper byte of 16-bit colors", async () => {
    const rows = [[1, 255, 2, 255, 254, 0]];
    expect(await levelsOf(pngFile({ width: 1, height: 1, depth: 16, colorType: 2, rows }))).toEqual([1, 2, 254]);
    const data = Uint8Array.from([255, 1, 255, 2, 0, 254]);
    const tiff = tiffFile({ width: 1, height: 1, bits: 16, channels: 3, photometric: 2, data });
    expect(await levelsOf(tiff)).toEqual([1, 2, 254]);
  });

  it("lays alpha channels onto white", async () => {
    const rgba = pngFile({ width: 2, height: 1, depth: 8, colorType: 6, rows: [[0, 100, 255, 128, 9, 9, 9, 0]] });
    expect(await levelsOf(rgba)).toEqual([127, 177, 255, 255, 255, 255]);
    const grayAlpha = pngFile({ width: 1, height: 1, depth: 8, colorType: 4, rows: [[100, 128]] });
    expect(await levelsOf(grayAlpha)).toEqual([177, 177, 177]);
    const wide = pngFile({ width: 1, height: 1, depth: 16, colorType: 4, rows: [[100, 7, 128, 7]] });
    expect(await levelsOf(wide)).toEqual([177, 177, 177]);
  });

  it("lays transparent palette entries and a transparent gray onto white", async () => {
    const chunks = { PLTE: [10, 20, 30, 0, 100, 255], tRNS: [255, 128] };
    const palette = pngFile({ width: 2, height: 1, depth: 8, colorType: 3, rows: [[0, 1]], chunks });
    expect(await levelsOf(palette)).toEqual([10, 20, 30, 127, 177, 255]);
    const gray = pngFile({ width: 2, height: 1, depth: 8, colorType: 0, rows: [[7, 9]], chunks: { tRNS: [0, 7] } });
    expect(await levelsOf(gray)).toEqual([255, 255, 255, 9, 9, 9]);
  });

  it("lays the transparent color that an RGB picture names onto white, as transformers 5.24 does", async () => {
    const rows = [[1, 2, 3, 4, 5, 6]];
    const chunks = { tRNS: [0, 1, 0, 2, 0, 3] };
    const bytes = pngFile({ width: 2, height: 1, depth: 8, colorType: 2, rows, chunks });
    expect(await levelsOf(bytes)).toEqual([255, 255, 255, 4, 5, 6]);
  });

  it("stretches samples of more than 8 bits where it is told to, and says what they were", async () => {
    const rows = [[4, 0, 6, 0, 8, 0]];
    const bytes = pngFile({ width: 3, height: 1, depth: 16, colorType: 0, rows });
    const plain = await decodeImage(bytes, { name: "xray.png" });
    expect(plain.samples).toEqual({ low: 1024, high: 2048, pixels: 3, clips: true, clipped: 3 });
    const { image } = await decodeImage(bytes, { name: "xray.png", stretch: { low: 1024, high: 2048 } });
    expect([...image.data].filter((_, i) => i % 3 === 0)).toEqual([0, 128, 255]);
    const narrow = pngFile({ width: 1, height: 1, depth: 8, colorType: 0, rows: [[7]] });
    expect((await decodeImage(narrow, { name: "a.png" })).samples).toBeUndefined();
  });

  it("gives the same levels in one strip and in several", async () => {
    const side = 2600;
    const data = Uint8Array.from({ length: side * side * 4 }, (_, i) => (i * 31 + (i >> 12)) & 255);
    const stored = await sharp(data, { raw: { width: side, height: side, channels: 4 } })
      .toColourspace("rgb16")
      .png({ compressionLevel: 1 })
      .toBuffer();
    const { image } = await decodeImage(stored, { name: "large.png" });
    const [opaque, at] = [255, 3 * (side * (side - 1) + 7)];
    const pixel = data.subarray((at / 3) * 4, (at / 3) * 4 + 4);
    const onWhite = [...pixel.subarray(0, 3)].map((level) =>
      Math.round((level * pixel[3]! + opaque * (opaque - pixel[3]!)) / opaque),
    );
    expect([...image.data.subarray(at, at + 3)]).toEqual(onWhite);
  });
});

describe("decodeImage: orientation", () => {
  /** Where the shown pixel (x, y) is stored, by the EXIF standard's table of orientations. */
  const stored: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [width - 1 - x, y],
    3: (x, y) => [width - 1 - x, height - 1 - y],
    4: (x, y) => [x, height - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, height - 1 - x],
    7: (x, y) => [width - 1 - y, height - 1 - x],
    8: (x, y) => [width - 1 - y, x],
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "turns a picture by EXIF orientation %i, unless told not to",
    async (orientation) => {
      const [shownWidth, shownHeight] = orientation < 5 ? [width, height] : [height, width];
      const shown = Array.from({ length: width * height }, (_, i) => {
        const [x, y] = stored[orientation]!(i % shownWidth, Math.floor(i / shownWidth));
        return [...colors.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
      }).flat();
      for (const encode of [sharp(colors, raw).png(), sharp(colors, raw).webp({ lossless: true })]) {
        const bytes = await encode.withMetadata({ orientation }).toBuffer();
        const decoded = await decodeImage(bytes, { name: "turned" });
        expect([decoded.width, decoded.height]).toEqual([shownWidth, shownHeight]);
        expect([...decoded.image.data]).toEqual(shown);
        expect(await levelsOf(bytes, false)).toEqual([...colors]);
      }
    },
  );

  it("turns TIFF in any case, as Pillow does", async () => {
    const parts = { width, height, bits: 8, channels: 3, photometric: 2, data: colors };
    const turned = await levelsOf(tiffFile({ ...parts, orientation: 3 }), false);
    const backwards = Array.from({ length: 6 }, (_, i) => [...colors.subarray((5 - i) * 3, (6 - i) * 3)]).flat();
    expect(turned).toEqual(backwards);
  });
});

describe("decodeImage: bad input", () => {
  const decode = (bytes: Uint8Array, limits = {}) => decodeImage(bytes, { name: "bad.png", limits });

  it("refuses an empty file", async () => {
    await expect(decode(new Uint8Array(0))).rejects.toThrow(
      "The picture bad.png is empty (0 bytes); give a picture file with content.",
    );
  });

  it("refuses a file above the limit", async () => {
    await expect(decode(new Uint8Array(11), { fileBytes: 10 })).rejects.toThrow(
      "The picture bad.png has 11 bytes, more than the limit of 10; give a smaller file.",
    );
  });

  it.each([
    ["a text", "hello"],
    [
      "an SVG drawing",
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hostname"/></svg>',
    ],
    ["a HEIC picture", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
  ])("says that it is %s", async (what, content) => {
    await expect(decode(Buffer.from(content, "latin1"))).rejects.toThrow(
      `bad.png is ${what}, not a picture that can be read; save it as PNG or JPEG, or give a PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP file.`,
    );
  });

  it("refuses bytes that nothing tells about", async () => {
    await expect(decode(Uint8Array.of(1, 2, 3, 0))).rejects.toThrow(
      "bad.png is not a picture that can be read; give a PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP file.",
    );
  });

  it("refuses a picture that would unpack to too many samples, before unpacking it", async () => {
    const bomb = pngFile({ width: 50_000, height: 50_000, depth: 8, colorType: 2, rows: [[1, 2, 3]] });
    await expect(decode(bomb)).rejects.toThrow(
      "The picture bad.png has 50000 x 50000 pixels, with 3 channels of 8 bits 7500000000 bytes, more than the limit of 240000000; make it smaller first.",
    );
    const wide = pngFile({ width: 3, height: 3, depth: 16, colorType: 0, rows: [] });
    await expect(decode(wide, { sampleBytes: 17 })).rejects.toThrow(
      "has 3 x 3 pixels, with 1 channel of 16 bits 18 bytes, more than the limit of 17;",
    );
  });

  it("refuses a picture whose reading would need too much memory, before reading it", async () => {
    const bilevel = pngFile({ width: 15_000, height: 15_000, depth: 1, colorType: 0, rows: [[1]] });
    await expect(decode(bilevel)).rejects.toThrow(
      /^The picture bad\.png has 15000 x 15000 pixels, which would need 716 MB of memory, more than the limit of 400; make it smaller first\.$/,
    );
  });

  it("refuses a picture with an endless side", async () => {
    const strip = pngFile({
      width: 70_000,
      height: 1,
      depth: 1,
      colorType: 0,
      rows: [new Array<number>(8750).fill(0)],
    });
    await expect(decode(strip)).rejects.toThrow(
      "The picture bad.png has 70000 x 1 pixels, and a side may have at most 65535; crop it or make it smaller first.",
    );
  });

  it("names the kind of an intact file that it cannot read", async () => {
    const data = new Uint8Array(Float64Array.from([0.25, 0.5]).buffer);
    const parts = { width: 2, height: 1, bits: 64, channels: 1, photometric: 1, sampleFormat: 3, data };
    await expect(decode(tiffFile(parts))).rejects.toThrow(
      "The picture bad.png is a TIFF with floating-point samples of 64 bits, which cannot be read; save it as PNG or JPEG.",
    );
  });

  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  const encoders = {
    png: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).png(),
    jpeg: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).jpeg(),
    webp: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).webp(),
    gif: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).gif(),
    tiff: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).tiff({ compression: "lzw" }),
    avif: () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).avif(),
  };

  it.each(Object.entries(encoders))("refuses a %s that is cut off", async (_, encode) => {
    const bytes = await encode().toBuffer();
    for (const share of [0.3, 0.6, 0.9]) {
      await expect(decode(bytes.subarray(0, Math.floor(bytes.length * share)))).rejects.toThrow(
        /^The picture bad\.png is damaged or cut off \([^\n]+\); give an intact file\.$/,
      );
    }
  });

  it.each(Object.entries(encoders))(
    "reads or refuses a %s with damaged bytes, and nothing worse",
    async (_, encode) => {
      const bytes = await encode().toBuffer();
      for (let round = 0; round < 25; round++) {
        const damaged = Uint8Array.from(bytes);
        for (let k = 0; k < 4; k++) {
          const at = (Math.imul(round * 4 + k + 1, 2654435761) >>> 0) % damaged.length;
          damaged[at] = (damaged[at]! + 1 + round * 31) % 256;
        }
        const outcome = await decode(damaged).then(
          ({ image }) => image.data.length === image.width * image.height * 3,
          (error: unknown) => error instanceof Error && error.message.includes("bad.png"),
        );
        expect(outcome).toBe(true);
      }
    },
  );
});

describe("readImageFile", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pictures-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads a file and gives its bytes too", async () => {
    const png = pngFile({ width: 1, height: 1, depth: 8, colorType: 2, rows: [[1, 2, 3]] });
    writeFileSync(join(folder, "dot.png"), png);
    const { image, bytes, mediaType } = await readImageFile(join(folder, "dot.png"));
    expect([...image.data]).toEqual([1, 2, 3]);
    expect([...bytes]).toEqual([...png]);
    expect(mediaType).toBe("image/png");
  });

  it("names the file in what it refuses", async () => {
    writeFileSync(join(folder, "note.txt"), "hello");
    writeFileSync(join(folder, "empty.png"), "");
    await expect(readImageFile(join(folder, "note.txt"))).rejects.toThrow(/^note\.txt is a text, not a picture/);
    await expect(readImageFile(join(folder, "empty.png"))).rejects.toThrow(/^The picture empty\.png is empty/);
    await expect(readImageFile(join(folder, "note.txt"), { limits: { fileBytes: 4 } })).rejects.toThrow(/5 bytes/);
  });

  it("refuses what is not there and what is not a file", async () => {
    await expect(readImageFile(join(folder, "missing.png"))).rejects.toThrow(/missing\.png cannot be opened \(ENOENT/);
    await expect(readImageFile(folder)).rejects.toThrow(/is not a file; give the path of a picture file/);
  });
});
