/** @file Tests of agreement between maps. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../tensor/random.ts";
import { averageRanks, rankCorrelation, topOverlap, topPatches } from "./agreement.ts";

describe("averageRanks", () => {
  it("gives equal values the mean of their ranks", () => {
    expect([...averageRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
  });
});

describe("rankCorrelation", () => {
  it("is 1 for any rising change of the values and -1 for any falling one", () => {
    const map = [0.1, 5, 0.3, 2, 9];
    expect(rankCorrelation(map, map.map(Math.exp))).toBeCloseTo(1, 12);
    expect(
      rankCorrelation(
        map,
        map.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 12);
  });

  it("equals 1 - 6 sum d^2 / (n^3 - n) without ties", () => {
    const one = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const other = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    const d2 = [...averageRanks(one)].reduce((sum, rank, i) => sum + (rank - averageRanks(other)[i]!) ** 2, 0);
    expect(rankCorrelation(one, other)).toBeCloseTo(1 - (6 * d2) / 990, 12);
    expect(rankCorrelation(one, other)).toBeCloseTo(-29 / 165, 12);
  });

  it("has no value for a constant map, and refuses maps of different grids", () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeUndefined();
    expect(() => rankCorrelation([1], [1, 2])).toThrow("as many patches, got 1 and 2");
  });
});

describe("topPatches", () => {
  it("are the largest tenth, of equal values the earlier ones, and at least one", () => {
    const map = Float32Array.from({ length: 30 }, (_, i) => (i % 10 === 7 ? 2 : i === 21 ? 5 : 1));
    expect([...topPatches(map, 0.1)]).toEqual([21, 7, 17]);
    expect([...topPatches(new Float32Array(20), 0.1)]).toEqual([0, 1]);
    expect([...topPatches([3, 4], 0.1)]).toEqual([1]);
    expect([...topPatches([NaN, 1, NaN, 2], 0.5)]).toEqual([3, 1]);
  });
});

describe("topOverlap", () => {
  const random = seededRandom(12);
  const map = () => Array.from({ length: 144 }, random);

  it("is intersection over union of the patches above all others", () => {
    for (let round = 0; round < 20; round++) {
      const [one, other] = [map(), map()];
      // 14 of 144 patches, by the value of the fourteenth largest.
      const isTop = (values: readonly number[]) => {
        const least = [...values].sort((a, b) => b - a)[13]!;
        return values.map((value) => value >= least);
      };
      const [a, b] = [isTop(one), isTop(other)];
      const both = a.filter((top, i) => top && b[i]).length;
      const either = a.filter((top, i) => top || b[i]).length;
      expect(topOverlap(one, other)).toBeCloseTo(both / either, 12);
      expect(topOverlap(one, other)).toBe(topOverlap(other, one));
    }
  });

  it("is 1 for any rising change of a map and 0 where the top patches differ", () => {
    const one = map();
    expect(topOverlap(one, one.map(Math.exp))).toBe(1);
    expect(topOverlap([9, 8, 1, 2], [1, 2, 9, 8], 0.5)).toBe(0);
    expect(topOverlap([9, 8, 1, 2], [9, 1, 8, 2], 0.5)).toBeCloseTo(1 / 3, 12);
  });

  it("of maps that chance makes is what drawing without repetition gives", () => {
    // 14 of 144 twice have 14 * 14 / 144 in common on average.
    let common = 0;
    const rounds = 2000;
    for (let round = 0; round < rounds; round++) {
      const overlap = topOverlap(map(), map())!;
      common += (28 * overlap) / (1 + overlap);
    }
    expect(Math.abs(common / rounds - (14 * 14) / 144)).toBeLessThan(0.08);
  });

  it("has no value without patches, and refuses maps of different grids", () => {
    expect(topOverlap([], [])).toBeUndefined();
    expect(() => topOverlap([1], [1, 2])).toThrow("as many patches, got 1 and 2");
  });
});
