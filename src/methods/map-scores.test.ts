/** @file Scores against brute force over pixels and against maps whose scores are known. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../tensor/random.ts";
import { averagePrecision, massInside, overlapWithMask, pointing, scoresOf } from "./map-scores.ts";

const pixelsOfPatch = 8;

/** Every pixel on its own: each has its patch's value and is inside or outside; precision is taken at each distinct value. */
function pixelAveragePrecision(map: readonly number[], pixelsInside: readonly number[]): number {
  const pixels = map.flatMap((value, patch) =>
    Array.from({ length: pixelsOfPatch }, (_, pixel) => ({
      value: Math.max(0, value),
      inside: pixel < pixelsInside[patch]!,
    })),
  );
  const total = pixels.filter(({ inside }) => inside).length;
  let before = 0;
  let precision = 0;
  for (const threshold of [...new Set(pixels.map(({ value }) => value))].sort((a, b) => b - a)) {
    const taken = pixels.filter(({ value }) => value >= threshold);
    const inside = taken.filter((pixel) => pixel.inside).length;
    precision += ((inside - before) / total) * (inside / taken.length);
    before = inside;
  }
  return precision;
}

describe("averagePrecision()", () => {
  it("is the average precision of the pixels, with ties and negative values", () => {
    const random = seededRandom(7);
    for (let trial = 0; trial < 200; trial++) {
      const patches = 1 + Math.floor(random() * 20);
      // Few different values, so that many patches are equal.
      const map = Array.from({ length: patches }, () => Math.floor(random() * 6) - 1);
      const inside = Array.from({ length: patches }, () => Math.floor(random() * (pixelsOfPatch + 1)));
      inside[0] = pixelsOfPatch;
      const covered = inside.map((pixels) => pixels / pixelsOfPatch);
      expect(averagePrecision(map, covered)).toBeCloseTo(pixelAveragePrecision(map, inside), 12);
    }
  });

  it("is 1 for whole patches ranked first, and counts the order of the others", () => {
    expect(averagePrecision([3, 2, 1, 0], [1, 1, 0, 0])).toBe(1);
    expect(averagePrecision([3, 1, 2, 0], [1, 1, 0, 0])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([0, 1, 2, 3], [1, 0, 0, 0])).toBeCloseTo(1 / 4, 12);
  });

  it("does not depend on the scale of a map", () => {
    const covered = [0.5, 0, 1, 0.25, 0];
    expect(averagePrecision([5, 1, 4, 2, 3], covered)).toBe(averagePrecision([50, 10, 40, 20, 30], covered));
  });
});

describe("pointing()", () => {
  it("is a hit from a quarter of the largest patch inside", () => {
    expect(pointing([1, 5, 2], [0, 0.25, 0])).toBe(1);
    expect(pointing([1, 5, 2], [1, 0.24, 1])).toBe(0);
  });

  it("is the share of hits among equally large patches", () => {
    expect(pointing([5, 5, 5, 1], [1, 0, 0, 1])).toBeCloseTo(1 / 3, 12);
  });
});

describe("massInside()", () => {
  it("weighs each patch by its covered share", () => {
    expect(massInside([1, 2, 1], [1, 0.5, 0])).toBeCloseTo(0.5, 12);
  });

  it("leaves out what is negative", () => {
    expect(massInside([1, -9, 3], [1, 1, 0])).toBeCloseTo(0.25, 12);
  });
});

describe("scoresOf()", () => {
  it("scores a map without positive values as the uniform map", () => {
    const covered = [1, 0.5, 0, 0.1];
    expect(scoresOf([0, -1, 0, -3], covered)).toEqual(scoresOf([2, 2, 2, 2], covered));
  });

  it("gives the uniform map the mean share as mass and precision, and the share of hits as pointing", () => {
    const { pointing: hits, mass, precision } = scoresOf([1, 1, 1, 1], [1, 0.5, 0, 0.1]);
    expect(hits).toBe(0.5);
    expect(mass).toBeCloseTo(0.4, 12);
    expect(precision).toBeCloseTo(0.4, 12);
  });

  it("refuses a mask over other patches", () => {
    expect(() => scoresOf([1, 2], [1])).toThrow("a map of 2 patches cannot be compared with a mask over 1");
  });
});

describe("overlapWithMask()", () => {
  it("is the overlap of the pixels, if patches are wholly inside or outside and all values differ", () => {
    const random = seededRandom(11);
    for (let trial = 0; trial < 200; trial++) {
      const patches = 2 + Math.floor(random() * 20);
      const map = Array.from({ length: patches }, (_, patch) => random() + patch / 1e6);
      const covered = Array.from({ length: patches }, () => Number(random() < 0.4));
      covered[0] = 1;
      const size = covered.reduce((sum, share) => sum + share, 0);
      const taken = new Set([...map.keys()].sort((a, b) => map[b]! - map[a]!).slice(0, size));
      const both = covered.filter((share, patch) => share === 1 && taken.has(patch)).length;
      const either = covered.filter((share, patch) => share === 1 || taken.has(patch)).length;
      expect(overlapWithMask(map, covered)).toBeCloseTo(both / either, 12);
    }
  });

  it("takes equally large patches in equal parts", () => {
    // One patch is still to be taken of three, of which one is inside: a third of a patch.
    expect(overlapWithMask([9, 1, 1, 1], [1, 1, 0, 0])).toBeCloseTo((1 + 1 / 3) / (4 - (1 + 1 / 3)), 12);
  });

  it("takes a part of a patch if the mask covers parts", () => {
    // The mask covers one and a half patches; the largest and a half of the next are taken.
    expect(overlapWithMask([3, 2, 1], [1, 0.5, 0])).toBeCloseTo(1.25 / (3 - 1.25), 12);
  });

  it("is NaN for an empty mask", () => {
    expect(overlapWithMask([3, 2], [0, 0])).toBeNaN();
  });
});
