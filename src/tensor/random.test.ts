/** @file Tests of random numbers and orders: their moments, each order as likely. */
import { describe, expect, it } from "vitest";
import { normalNumber, normalNumberDraws, seedAfter, seededRandom, shuffle } from "./random.ts";

describe("seedAfter", () => {
  it.each([0, 7, 2 ** 32 - 1])("goes on where the numbers of the seed %i are after some", (seed) => {
    const random = seededRandom(seed);
    for (let drawn = 0; drawn < 1000; drawn++) {
      expect(seededRandom(seedAfter(seed, drawn))()).toBe(random());
    }
    // The state has 32 bits, so that its numbers come back.
    expect(seedAfter(seed, 2 ** 32 + 5)).toBe(seedAfter(seed, 5));
  });

  it("counts what a normal number takes", () => {
    const random = seededRandom(4);
    normalNumber(random);
    expect(seededRandom(seedAfter(4, normalNumberDraws))()).toBe(random());
  });
});

describe("normalNumber", () => {
  it("has the moments of the standard normal distribution", () => {
    const random = seededRandom(3);
    const count = 100_000;
    const numbers = Array.from({ length: count }, () => normalNumber(random));
    const moment = (power: number) => numbers.reduce((sum, each) => sum + each ** power, 0) / count;
    // Four standard errors each: 1, sqrt(2), sqrt(15) and sqrt(96) over the root of the count.
    const error = 4 / Math.sqrt(count);
    expect(Math.abs(moment(1))).toBeLessThan(error);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(Math.sqrt(2) * error);
    expect(Math.abs(moment(3))).toBeLessThan(Math.sqrt(15) * error);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(Math.sqrt(96) * error);
  });
});

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
