import { describe, expect, it } from "vitest";
import { averageRanks, rankCorrelation } from "./agreement.ts";

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
