/** @file Tests of a mosaic of other pictures, and of a picture stretched row by row. */
import { describe, expect, it } from "vitest";
import { mosaicOf, stretchedRow } from "./mosaic.ts";
import { resizePixels } from "./resize.ts";
import type { RgbImage } from "./types.ts";

/** A picture whose levels say which picture and which place it is. */
const numbered = (number: number, width: number, height: number): RgbImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => number * 60 + (Math.floor(i / 3) % width)),
});

describe("a mosaic", () => {
  const pictures = [numbered(0, 20, 12), numbered(1, 10, 6), numbered(2, 40, 24)];
  const size = { width: 20, height: 12 };
  const mosaic = mosaicOf(pictures, { ...size, side: 4, seed: 2 });

  it("has blocks of the pictures, each from its own place of the stretched picture", () => {
    const stretched = pictures.map((picture) => resizePixels(picture, { ...size, filter: "bilinear" }));
    const drawn = new Set<number>();
    for (let top = 0; top < size.height; top += 4) {
      for (let left = 0; left < size.width; left += 4) {
        const block = (data: Uint8Array) =>
          [0, 1, 2, 3].flatMap((y) => [...data.slice(((top + y) * 20 + left) * 3, ((top + y) * 20 + left + 4) * 3)]);
        const from = stretched.findIndex((data) => block(data).join() === block(mosaic.data).join());
        expect(from).toBeGreaterThanOrEqual(0);
        drawn.add(from);
      }
    }
    expect(drawn.size).toBe(3);
  });

  it("repeats for a seed and differs for another, and takes blocks of any side", () => {
    expect(mosaicOf(pictures, { ...size, side: 4, seed: 2 })).toEqual(mosaic);
    expect(mosaicOf(pictures, { ...size, side: 4, seed: 3 })).not.toEqual(mosaic);
    const { data } = mosaicOf([pictures[0]!], { ...size, side: 3.7, seed: 0 });
    expect(data).toEqual(pictures[0]!.data);
  });

  it("needs a picture", () => {
    expect(() => mosaicOf([], { ...size, side: 4, seed: 0 })).toThrow("A mosaic needs other pictures");
  });
});

describe("a stretched row", () => {
  const rowOf = (picture: RgbImage, size: { width: number; height: number }, y: number) => {
    const row = new Uint8Array(size.width * 3);
    stretchedRow(picture, size)(row, { y, from: 0, to: row.length });
    return row;
  };

  it("of a picture of the same size is its own, and only the wanted part is filled", () => {
    const picture = numbered(1, 9, 5);
    for (let y = 0; y < 5; y++) expect(rowOf(picture, picture, y)).toEqual(picture.data.subarray(y * 27, (y + 1) * 27));
    const row = new Uint8Array(27);
    stretchedRow(picture, picture)(row, { y: 2, from: 3, to: 6 });
    expect([...row.entries()].filter(([, level]) => level !== 0).map(([i]) => i)).toEqual([3, 4, 5]);
  });

  it("of a larger picture lies between its pixels, as bilinear resizing has them", () => {
    const picture = numbered(0, 7, 4);
    const size = { width: 23, height: 9 };
    const expected = resizePixels(picture, { ...size, filter: "bilinear" });
    for (let y = 0; y < 9; y++) {
      const row = rowOf(picture, size, y);
      for (const [i, level] of row.entries()) expect(Math.abs(level - expected[y * 69 + i]!)).toBeLessThanOrEqual(1);
    }
  });
});
