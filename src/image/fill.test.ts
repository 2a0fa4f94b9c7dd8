/** @file Tests of filled patches: which pixels change, and to what. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../tensor/random.ts";
import { fillPatches, patchFiller } from "../../test/support/fill-patches.ts";
import { meanColor } from "./fill.ts";
import { cellBox } from "./geometry.ts";
import type { Box, GridPlacement, RgbImage } from "./types.ts";

/** Levels 0 and 200 in turn, so that no pixel has the mean color. */
function checkered(width: number, height: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 200);
  return { width, height, data };
}

function randomPicture(width: number, height: number, seed: number): RgbImage {
  const random = seededRandom(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => Math.floor(256 * random())) };
}

/** How many cells of a grid, each filled alone, change each pixel. */
function coverCounts(picture: RgbImage, grid: GridPlacement): number[] {
  const counts = new Array<number>(picture.width * picture.height).fill(0);
  const filler = patchFiller(picture, { fill: "mean", seed: 0, sigma: 1 });
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      const { data } = filler([cellBox(grid, { row, col })]);
      for (let pixel = 0; pixel < counts.length; pixel++) {
        if (data[3 * pixel] !== picture.data[3 * pixel]) counts[pixel]! += 1;
      }
    }
  }
  return counts;
}

/** Every pixel whose center is clear inside of the box is filled by one cell, and every one clear outside by none. */
function expectPartition(picture: RgbImage, grid: GridPlacement): void {
  const { left, top, width, height } = grid.box;
  for (const [pixel, count] of coverCounts(picture, grid).entries()) {
    const [x, y] = [(pixel % picture.width) + 0.5, Math.floor(pixel / picture.width) + 0.5];
    const inside = Math.min(x - left, left + width - x, y - top, top + height - y);
    if (inside > 1e-3) expect(count).toBe(1);
    else if (inside < -1e-3) expect(count).toBe(0);
    else expect(count).toBeLessThanOrEqual(1);
  }
}

describe("the patches of a grid", () => {
  const picture = checkered(17, 13);

  it("share no pixel and leave none between them, wherever their edges lie", () => {
    const random = seededRandom(4);
    for (let round = 0; round < 40; round++) {
      const box: Box = {
        left: 10 * random() - 6,
        top: 10 * random() - 6,
        width: 1 + 20 * random(),
        height: 1 + 20 * random(),
      };
      expectPartition(picture, { rows: 1 + Math.floor(6 * random()), cols: 1 + Math.floor(6 * random()), box });
    }
  });

  it("do so where an edge meets the center of a pixel, though it is rounded in two ways", () => {
    const above = 2.5 + 2 ** -51;
    expect(above).not.toBe(2.5);
    const filler = patchFiller(picture, { fill: "mean", seed: 0, sigma: 1 });
    const changed = (box: Box) => filler([box]).data.map((level, i) => (level === picture.data[i] ? 0 : 1));
    for (const [right, left] of [[2.5, above] as const, [above, 2.5] as const]) {
      const one = changed({ left: 0, top: 0, width: right, height: 13 });
      const next = changed({ left, top: 0, width: 20, height: 13 });
      expect(one.map((count, i) => count + next[i]!).every((count) => count === 1)).toBe(true);
    }
  });
});

describe("fillPatches", () => {
  const picture = randomPicture(23, 19, 8);
  const box: Box = { left: 4.3, top: 2.6, width: 9.1, height: 8.2 };
  const isInside = (pixel: number, { left, top, width, height }: Box = box) => {
    const [x, y] = [(pixel % picture.width) + 0.5, Math.floor(pixel / picture.width) + 0.5];
    return x >= left && x < left + width && y >= top && y < top + height;
  };

  it.each(["mean", "blur", "noise"] as const)("leaves all pixels outside of the boxes as they are (%s)", (fill) => {
    const before = picture.data.slice();
    const filled = fillPatches(picture, { boxes: [box], fill, seed: 3, sigma: 2 });
    expect(picture.data).toEqual(before);
    expect([filled.width, filled.height]).toEqual([23, 19]);
    let changed = 0;
    for (let offset = 0; offset < before.length; offset++) {
      if (isInside(Math.floor(offset / 3))) changed += filled.data[offset] === before[offset] ? 0 : 1;
      else expect(filled.data[offset]).toBe(before[offset]);
    }
    expect(changed).toBeGreaterThan(0.9 * 9 * 8 * 3);
    expect(fillPatches(picture, { boxes: [], fill, seed: 3, sigma: 2 })).toEqual(picture);
  });

  it("fills with the mean color of the whole original picture", () => {
    const { data } = fillPatches(picture, { boxes: [box], fill: "mean", seed: 0, sigma: 1 });
    const mean = [0, 1, 2].map((channel) => {
      const levels = picture.data.filter((_, i) => i % 3 === channel);
      return Math.round(levels.reduce((sum, level) => sum + level, 0) / levels.length);
    });
    expect(meanColor(picture)).toEqual(mean);
    const at = 3 * (5 * 23 + 7);
    expect([...data.subarray(at, at + 3)]).toEqual(mean);
  });

  it("fills with what a Gaussian of the original gives, the edge going on beyond the picture", () => {
    const sigma = 2.5;
    const whole: Box = { left: 0, top: 0, width: 23, height: 19 };
    const corner: RgbImage = {
      ...picture,
      data: picture.data.map((_, i) => (Math.floor(i / 3) % 23 > 9 && Math.floor(i / 69) > 6 ? 230 : 20)),
    };
    const { data } = fillPatches(corner, { boxes: [whole], fill: "blur", seed: 0, sigma });
    const weight = (distance: number) => Math.exp(-(distance ** 2) / (2 * sigma ** 2));
    const clamp = (value: number, limit: number) => Math.min(limit - 1, Math.max(0, value));
    for (let y = 0; y < 19; y += 3) {
      for (let x = 0; x < 23; x++) {
        let [sum, weights] = [0, 0];
        for (let dy = -12; dy <= 12; dy++) {
          for (let dx = -12; dx <= 12; dx++) {
            const share = weight(dx) * weight(dy);
            sum += share * corner.data[(clamp(y + dy, 19) * 23 + clamp(x + dx, 23)) * 3 + 1]!;
            weights += share;
          }
        }
        expect(Math.abs(data[(y * 23 + x) * 3 + 1]! - sum / weights)).toBeLessThan(3);
      }
    }
  });

  it("fills with even noise of the seed, the same at a pixel whatever else is filled", () => {
    const large = checkered(96, 96);
    const all: Box = { left: 0, top: 0, width: 96, height: 96 };
    const noise = fillPatches(large, { boxes: [all], fill: "noise", seed: 5, sigma: 1 }).data;
    const counts = new Array<number>(256).fill(0);
    for (const level of noise) counts[level]! += 1;
    const expected = noise.length / 256;
    // 255 degrees of freedom: exceeded by one in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(330.5);
    const part = fillPatches(large, { boxes: [{ ...all, left: 40.2, width: 10 }], fill: "noise", seed: 5, sigma: 1 });
    const at = 3 * (50 * 96 + 45);
    expect([...part.data.subarray(at, at + 3)]).toEqual([...noise.subarray(at, at + 3)]);
    expect(fillPatches(large, { boxes: [all], fill: "noise", seed: 6, sigma: 1 }).data).not.toEqual(noise);
  });

  it("refuses a blur without extent", () => {
    expect(() => fillPatches(picture, { boxes: [box], fill: "blur", seed: 0, sigma: 0 })).toThrow(
      "A blur cannot have a standard deviation of 0 pixels; give one above 0.",
    );
  });
});
