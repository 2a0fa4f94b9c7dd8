/** @file QuickXplain against every subset of random monotone properties. */
import { describe, expect, test } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { quickXplain } from "./quick-xplain.ts";

/** A property of sets of 0 to n - 1 that a larger set keeps: one of some random sets lies inside. */
function randomProperty(n: number, random: () => number): (set: readonly number[]) => boolean {
  const sources = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const source = Array.from({ length: n }, (_, member) => member).filter(() => random() < 0.4);
    return source.length > 0 ? source : [Math.floor(random() * n)];
  });
  return (set) => sources.some((source) => source.every((member) => set.includes(member)));
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, member) => member);

describe("QuickXplain", () => {
  test.each(upTo(60))(
    "finds a set that has the property and loses it without any member, of random property %i",
    async (seed) => {
      const random = seededRandom(seed);
      const n = 1 + Math.floor(random() * 9);
      const holds = randomProperty(n, random);
      const found = await quickXplain(upTo(n), { holds: (set) => Promise.resolve(holds(set)) });
      expect(holds(found)).toBe(true);
      expect(found).toEqual([...found].sort((a, b) => a - b));
      for (let subset = 0; subset < 2 ** found.length - 1; subset++) {
        expect(holds(found.filter((_, i) => (subset >> i) & 1))).toBe(false);
      }
    },
  );

  test.each([
    { n: 64, k: 1 },
    { n: 64, k: 3 },
    { n: 200, k: 5 },
    { n: 100, k: 12 },
  ])("asks at most 2k log2(n / k) + 2k times for $k of $n", async ({ n, k }) => {
    for (let seed = 0; seed < 40; seed++) {
      const random = seededRandom(seed);
      const needed = new Set<number>();
      while (needed.size < k) needed.add(Math.floor(random() * n));
      let asked = 0;
      const found = await quickXplain(upTo(n), {
        holds: (set) => {
          asked += 1;
          return Promise.resolve([...needed].every((member) => set.includes(member)));
        },
      });
      expect(found).toEqual([...needed].sort((a, b) => a - b));
      expect(asked).toBeLessThanOrEqual(2 * k * Math.log2(n / k) + 2 * k);
    }
  });

  test("prefers what comes first", async () => {
    const holds = (set: readonly string[]) => Promise.resolve(set.includes("a") || set.includes("c"));
    expect(await quickXplain(["b", "a", "c"], { holds })).toEqual(["a"]);
    expect(await quickXplain(["c", "b", "a"], { holds })).toEqual(["c"]);
  });
});
