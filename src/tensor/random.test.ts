/** @file Tests of random orders: each as likely. */
import { describe, expect, it } from "vitest";
import { seededRandom, shuffle } from "./random.ts";

describe("shuffle", () => {
  it("gives each order as often", () => {
    const random = seededRandom(11);
    const counts = new Map<string, number>();
    const rounds = 24_000;
    for (let round = 0; round < rounds; round++) {
      const order = shuffle(["a", "b", "c", "d"], random).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const expected = rounds / 24;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: exceeded by one in a thousand.
    expect(chiSquare).toBeLessThan(49.7);
  });

  it("works in place, and repeats for a seed", () => {
    const list = [1, 2, 3, 4, 5];
    expect(shuffle(list, seededRandom(2))).toBe(list);
    expect(shuffle([1, 2, 3, 4, 5], seededRandom(2))).toEqual(list);
  });
});
