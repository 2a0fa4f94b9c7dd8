import { describe, expect, it } from "vitest";
import { mapRange, scaleMap, shareMap, splitByImage } from "./map.ts";

describe("splitByImage", () => {
  it("gives each picture its tokens and values, in the order of the pictures", () => {
    expect(splitByImage([10, 20, 30, 40], [1, 0, 0, 1])).toEqual([
      { image: 0, tokens: [1, 2], values: Float32Array.of(20, 30) },
      { image: 1, tokens: [0, 3], values: Float32Array.of(10, 40) },
    ]);
  });

  it("refuses another number of values", () => {
    expect(() => splitByImage([1], [0, 0])).toThrow("2 image tokens need as many values, got 1");
  });
});

describe("mapRange", () => {
  it("leaves out sinks and values that are not finite", () => {
    expect(mapRange([3, 900, Number.NaN, -1, Infinity], new Set([1]))).toEqual({ min: -1, max: 3 });
  });

  it("is zero when nothing is left", () => {
    expect(mapRange([5], new Set([0]))).toEqual({ min: 0, max: 0 });
    expect(mapRange([])).toEqual({ min: 0, max: 0 });
  });
});

describe("scaleMap", () => {
  it("maps the range to 0-1 and clamps the rest", () => {
    expect([...scaleMap([-1, 0, 1, 4, 9], { min: 0, max: 4 })]).toEqual([0, 0, 0.25, 1, 1]);
  });

  it("is zero for an empty range and for what is not a number", () => {
    expect([...scaleMap([7, 7], { min: 7, max: 7 })]).toEqual([0, 0]);
    expect([...scaleMap([Number.NaN], { min: 0, max: 1 })]).toEqual([0]);
  });
});

describe("shareMap", () => {
  it("sums to 1 without the excluded tokens", () => {
    expect([...shareMap([1, 100, 3], new Set([1]))]).toEqual([0.25, 0, 0.75]);
  });

  it("is zero where nothing positive is left", () => {
    expect([...shareMap([0, 5], new Set([1]))]).toEqual([0, 0]);
    expect([...shareMap([-1, 0])]).toEqual([0, 0]);
  });
});
