/** @file Minimal causes of hand-made falls whose truth is known, and of random ones against every subset. */
import { describe, expect, test } from "vitest";
import { seededRandom, shuffle } from "../../tensor/random.ts";
import { minimalCauses } from "./minimal-causes.ts";

type Fall = (taken: ReadonlySet<number>) => number;

const upTo = (n: number): number[] => Array.from({ length: n }, (_, member) => member);

async function causesOf(order: readonly number[], fall: Fall, budget = 1000) {
  const asked: (readonly number[])[] = [];
  const found = await minimalCauses(order, {
    budget,
    necessities: (sets) => {
      asked.push(...sets);
      return Promise.resolve(sets.map((set) => fall(new Set(set))));
    },
  });
  expect(found.calls).toBe(asked.length);
  expect(new Set(asked.map((set) => [...set].sort((a, b) => a - b).join())).size).toBe(asked.length);
  return found;
}

describe("minimal causes", () => {
  const order = shuffle(upTo(20), seededRandom(4));

  test("of two patches that stand in for each other are both together", async () => {
    const { sets, exhausted } = await causesOf(order, (taken) => (taken.has(3) && taken.has(11) ? 1 : 0));
    expect(sets.map(({ members }) => [...members].sort((a, b) => a - b))).toEqual([[3, 11]]);
    expect(sets[0]).toMatchObject({ necessity: 1, minimal: true });
    expect(exhausted).toBe(true);
  });

  test("of two patches that are both needed are each alone", async () => {
    const { sets, exhausted } = await causesOf(order, (taken) => (taken.has(3) || taken.has(11) ? 1 : 0));
    expect(sets.map(({ members }) => members).sort((a, b) => a[0]! - b[0]!)).toEqual([[3], [11]]);
    expect(sets.every(({ minimal }) => minimal)).toBe(true);
    expect(exhausted).toBe(true);
  });

  test("are none if the fall is spread over the whole", async () => {
    const { sets, exhausted } = await causesOf(order, (taken) => taken.size / 20);
    expect(sets).toEqual([]);
    expect(exhausted).toBe(false);
  });

  test("of random falls reach the threshold, need each member and share none", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = seededRandom(seed);
      const n = 4 + Math.floor(random() * 8);
      const sources = upTo(1 + Math.floor(random() * 3)).map(() => upTo(n).filter(() => random() < 0.3));
      const fall: Fall = (taken) => (sources.every((source) => source.some((member) => taken.has(member))) ? 1 : 0);
      if (sources.some(({ length }) => length === 0)) continue;
      const { sets, exhausted } = await causesOf(shuffle(upTo(n), random), fall);
      const every = sets.flatMap(({ members }) => members);
      expect(new Set(every).size).toBe(every.length);
      for (const { members, minimal } of sets) {
        expect(fall(new Set(members))).toBe(1);
        expect(minimal).toBe(true);
        for (let subset = 0; subset < 2 ** members.length - 1; subset++) {
          expect(fall(new Set(members.filter((_, i) => (subset >> i) & 1)))).toBe(0);
        }
      }
      if (exhausted) expect(fall(new Set(upTo(n).filter((member) => !every.includes(member))))).toBe(0);
    }
  });

  test("are measured ones if a larger set may do less", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const falls = new Map<string, number>();
      const fall: Fall = (taken) => {
        const key = [...taken].sort((a, b) => a - b).join();
        if (!falls.has(key)) falls.set(key, random());
        return falls.get(key)!;
      };
      const { sets } = await causesOf(upTo(9), fall);
      for (const { members, necessity, minimal } of sets) {
        expect(necessity).toBe(fall(new Set(members)));
        expect(necessity).toBeGreaterThanOrEqual(0.9);
        const falling = members.filter((left) => fall(new Set(members.filter((each) => each !== left))) < 0.9);
        expect(minimal).toBe(falling.length === members.length || members.length === 1);
      }
    }
  });

  test("keep to a budget, and say what is not known to be needed", async () => {
    const needed = [0, 3, 5, 6, 9];
    const fall: Fall = (taken) => (needed.every((member) => taken.has(member)) ? 1 : 0);
    for (let budget = 0; budget < 40; budget++) {
      const { sets, calls } = await causesOf(upTo(24), fall, budget);
      expect(calls).toBeLessThanOrEqual(budget);
      for (const { members, minimal } of sets) {
        expect(fall(new Set(members))).toBe(1);
        expect(minimal).toBe(minimal && members.length === needed.length);
      }
    }
    expect((await causesOf(upTo(24), fall, 40)).sets[0]).toMatchObject({ members: needed, minimal: true });
  });
});
