/** @file The bootstrap over scenes, and the area under the curve. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/tensor/random.ts";
import { bootstrapInterval, bootstrapIntervalOf, meanOf } from "./bootstrap.ts";
import { areaUnderCurve } from "./shortcuts.ts";

const random = seededRandom(3);
const independent = Array.from({ length: 100 }, (_, i) => ({ scene: String(i), value: random() }));

describe("bootstrapInterval()", () => {
  it("is about the mean plus and minus 1.96 standard errors where every question has its own scene", () => {
    const { low, high } = bootstrapInterval(independent)!;
    const mean = meanOf(independent);
    const variance = meanOf(independent.map(({ scene, value }) => ({ scene, value: (value - mean) ** 2 })));
    const error = Math.sqrt(variance / independent.length);
    expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 1);
    expect((high + low) / 2).toBeCloseTo(mean, 1);
  });

  it("is no narrower where every question comes twice", () => {
    const { low, high } = bootstrapInterval(independent)!;
    const twice = bootstrapInterval([...independent, ...independent])!;
    expect(twice.low).toBeCloseTo(low, 9);
    expect(twice.high).toBeCloseTo(high, 9);
  });

  it("is the same for the same samples, and left out under five scenes", () => {
    expect(bootstrapInterval(independent)).toEqual(bootstrapInterval(independent));
    expect(bootstrapInterval(independent.slice(0, 4))).toBeUndefined();
  });
});

describe("bootstrapIntervalOf()", () => {
  it("is that of the mean where the number is the mean, to the last digits", () => {
    const pairs = independent.flatMap(({ scene, value }) => [
      { scene, value },
      { scene, value: value / 2 },
    ]);
    const { low, high } = bootstrapIntervalOf(pairs, meanOf)!;
    const expected = bootstrapInterval(pairs)!;
    expect(low).toBeCloseTo(expected.low, 9);
    expect(high).toBeCloseTo(expected.high, 9);
  });

  it("leaves out samples where there is no number", () => {
    const found = bootstrapIntervalOf(independent.slice(0, 5), (drawn) =>
      drawn.some(({ scene }) => scene === "0") ? 1 : NaN,
    );
    expect(found).toEqual({ low: 1, high: 1 });
  });
});

describe("areaUnderCurve()", () => {
  it("is 1 where all are larger, 0.5 where all are equal, and counts every pair", () => {
    expect(areaUnderCurve([3, 4], [1, 2])).toBe(1);
    expect(areaUnderCurve([1, 1], [1])).toBe(0.5);
    expect(areaUnderCurve([3, 1], [2, 2, 4])).toBeCloseTo(2 / 6, 12);
  });
});
