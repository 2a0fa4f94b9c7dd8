/** @file Tests that decoded pictures are kept as long as they fit into memory, and freed when they are dropped. */
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { PictureTooLargeError } from "../image/decode.ts";
import type { ProcessorSettings } from "../image/types.ts";
import { keptPictures } from "./kept-pictures.ts";
import type { PictureReading } from "./work-types.ts";

const settings: ProcessorSettings = {
  kind: "whole",
  processorType: "CLIPImageProcessor",
  resize: { width: 8, height: 8 },
  filter: "nearest",
  centerCrop: null,
  padToSquare: false,
  rescaleFactor: null,
  normalize: null,
  imageMean: [0.5, 0.5, 0.5],
};

async function plainPicture(width: number, height: number): Promise<Uint8Array> {
  const canvas = sharp({ create: { width, height, channels: 3, background: "#357" } });
  return new Uint8Array(await canvas.png().toBuffer());
}

function testPictures() {
  const collected = { times: 0 };
  return { collected, kept: keptPictures(() => (collected.times += 1)) };
}

const reading = { name: "a.png" };
const options = { reading, fitting: { name: "a.png", settings, fit: "default" } } as const;

describe("keptPictures", () => {
  it("holds a picture until it is dropped", async () => {
    const { kept, collected } = testPictures();
    expect(await kept.keep("one", await plainPicture(30, 20), options)).toMatchObject({ width: 30, height: 20 });
    await kept.keep("two", await plainPicture(10, 20), options);
    expect(kept.heldBytes()).toBe(30 * 20 * 3 + 10 * 20 * 3);
    expect(kept.get("one")!.width).toBe(30);
    kept.drop("one");
    kept.drop("one");
    expect(kept.get("one")).toBeUndefined();
    expect(kept.heldBytes()).toBe(10 * 20 * 3);
    expect(collected.times).toBe(1);
  });

  it("frees its pictures for one that has no room beside them", async () => {
    const { kept } = testPictures();
    await kept.keep("one", await plainPicture(30, 20), options);
    const limits: unknown[] = [];
    const read = async (given: PictureReading) => {
      limits.push(given.limits?.memoryBytes);
      return Promise.resolve(kept.heldBytes());
    };
    expect(await kept.beside(reading, read)).toBe(1800);
    const readAlone = async (given: PictureReading) => {
      if (kept.heldBytes() > 0) throw new PictureTooLargeError("no room");
      return read(given);
    };
    expect(await kept.beside(reading, readAlone)).toBe(0);
    expect(limits).toEqual([400_000_000 - 1800, undefined]);
    // A damaged picture frees nothing.
    await kept.keep("one", await plainPicture(30, 20), options);
    await expect(kept.keep("two", Uint8Array.of(1), options)).rejects.toThrow();
    expect(kept.heldBytes()).toBe(1800);
  });

  it("frees those that were used longest ago for a blur", async () => {
    const { kept } = testPictures();
    const large = await plainPicture(6000, 5000);
    for (const id of ["first", "second", "third"]) await kept.keep(id, large, options);
    await kept.keep("small", await plainPicture(30, 20), options);
    expect(kept.get("first", { kind: "blank" })).toBeDefined();
    // Three pictures of 90 MB, a blur of 90 MB and 40 MB to make it fit into 400 MB, but for the small picture.
    kept.get("third", { kind: "fill", boxes: [], fill: "blur", seed: 0, sigma: 1 });
    expect(["first", "second", "third", "small"].filter((id) => kept.get(id) === undefined)).toEqual(["second"]);
  });
});
