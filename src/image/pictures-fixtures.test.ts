import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeImage } from "./decode.ts";

const folder = fileURLToPath(new URL("../../test/fixtures/pictures/", import.meta.url));

interface Levels {
  readonly width: number;
  readonly height: number;
  /** 8-bit RGB in base64. */
  readonly levels: string;
}

/** What Pillow 13.0 and `convert_to_rgb` of transformers 5.24 read, or why Pillow refuses the file. */
const expected = JSON.parse(readFileSync(`${folder}expected.json`, "utf8")) as Record<
  string,
  Levels | { readonly refused: string }
>;

const decode = async (name: string) =>
  decodeImage(new Uint8Array(readFileSync(folder + name)), { name, limits: { memoryBytes: 100_000_000 } });

/** Files with a compression that Pillow reads and the decoder of this program does not. */
const lackedCompressions = ["rgb-lzma.tif", "rgb-zstd.tif"];

/** AVIF is decoded by another library than Pillow's, and Lab by our own arithmetic. */
const oneLevel = /\.avif$|^lab/u;

/** Kinds that Pillow refuses: read as the file of another name, or refused by this sentence. */
const beyondPillow: Readonly<Record<string, { readonly as: string } | { readonly sentence: string } | "read">> = {
  "big-big-endian.tif": { as: "big.tif" },
  "planar-rgb-extra.tif": { as: "rgb.tif" },
  "planar-rgb-extra-2.tif": { as: "rgb.tif" },
  "planar-rgb-associated.tif": { as: "rgb-associated.tif" },
  "gray-alpha-unnamed.tif": { as: "gray-alpha.tif" },
  "gray-extra-2.tif": { as: "gray.tif" },
  "rgb-two-alphas.tif": { as: "rgb-alpha.tif" },
  "rgb-extra-alpha.tif": { as: "rgb-alpha.tif" },
  "cmyk-alpha.tif": { as: "cmyk.tif" },
  "lab-alpha.tif": { as: "lab.tif" },
  "lab-extra.tif": { as: "lab.tif" },
  "unsigned32-big.tif": { as: "unsigned32-little.tif" },
  "white-is-zero16-big.tif": { as: "white-is-zero16.tif" },
  "white-is-zero8-reversed.tif": { as: "white-is-zero8.tif" },
  "ycbcr-12.tif": { as: "ycbcr-12-deflate.tif" },
  "ycbcr-21.tif": { as: "ycbcr-21-deflate.tif" },
  "ycbcr-22.tif": { as: "ycbcr-22-deflate.tif" },
  "ycbcr-41.tif": { as: "ycbcr-41-deflate.tif" },
  "gray-associated.tif": "read",
  "gray16-alpha.tif": "read",
  "white-is-zero-alpha.tif": "read",
  "rgb32-other-masks.bmp": "read",
  "rle8-delta.bmp": "read",
  "float32-rgb.tif": {
    sentence:
      "The picture float32-rgb.tif is a TIFF with floating-point samples of 32 bits, which cannot be read; save it as PNG or JPEG.",
  },
  "planar-gray-alpha.tif": {
    sentence:
      "The picture planar-gray-alpha.tif is a TIFF of gray and other samples in separate planes, which cannot be read; save it as PNG or JPEG.",
  },
  "float64.tif": {
    sentence:
      "The picture float64.tif is a TIFF with floating-point samples of 64 bits, which cannot be read; save it as PNG or JPEG.",
  },
  "icc-lab.tif": {
    sentence: "The picture icc-lab.tif is a TIFF of ICC Lab, which cannot be read; save it as PNG or JPEG.",
  },
  "lab16.tif": {
    sentence: "The picture lab16.tif is a TIFF with samples of 16 bits, which cannot be read; save it as PNG or JPEG.",
  },
};

const read = Object.entries(expected).filter((entry): entry is [string, Levels] => "levels" in entry[1]);

describe("every kind of picture that Pillow reads", () => {
  it.each(read.filter(([name]) => !lackedCompressions.includes(name)))(
    "%s",
    async (name, { width, height, levels }) => {
      const { image } = await decode(name);
      expect([image.width, image.height]).toEqual([width, height]);
      expect(image.data).toBeCloseToArray(Uint8Array.from(Buffer.from(levels, "base64")), oneLevel.test(name) ? 1 : 0);
    },
  );

  it.each(lackedCompressions)("names the compression of %s", async (name) => {
    await expect(decode(name)).rejects.toThrow(/is a TIFF with the compression (?:LZMA|ZSTD), which cannot be read;/u);
  });
});

describe("kinds of pictures that Pillow refuses", () => {
  const refused = Object.entries(expected).flatMap(([name, entry]) => ("refused" in entry ? [name] : []));

  it("are all decided on", () => {
    expect(refused.sort()).toEqual(Object.keys(beyondPillow).sort());
  });

  it.each(Object.entries(beyondPillow))("%s", async (name, decision) => {
    if (typeof decision === "object" && "sentence" in decision) {
      await expect(decode(name)).rejects.toThrow(decision.sentence);
      return;
    }
    const { image } = await decode(name);
    expect(image.data.length).toBe(image.width * image.height * 3);
    if (decision === "read") return;
    const like = expected[decision.as] as Levels;
    const tolerance = oneLevel.test(name) ? 1 : 0;
    expect(image.data).toBeCloseToArray(Uint8Array.from(Buffer.from(like.levels, "base64")), tolerance);
  });
});
