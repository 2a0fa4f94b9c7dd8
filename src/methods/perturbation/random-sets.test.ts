/** @file Tests of random sets: which exist, that none comes twice, and that each is as likely. */
import { describe, expect, it } from "vitest";
import { randomHeadSets, randomSets, type MemberClass } from "./random-sets.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const image = (tested: readonly number[], size = 6): MemberClass => ({ name: "image", pool: range(0, size), tested });
const question = (tested: readonly number[]): MemberClass => ({ name: "question", pool: range(100, 104), tested });
const keysOf = (sets: readonly (readonly unknown[])[]) => sets.map((set) => JSON.stringify(set));

/** Every set with as many members of each class, by trying all subsets. */
function bruteForce(classes: readonly MemberClass[]): Set<string> {
  const members = classes.flatMap(({ pool }) => pool).sort((a, b) => a - b);
  const found = new Set<string>();
  for (let bits = 0; bits < 2 ** members.length; bits++) {
    const set = members.filter((_, i) => (bits >> i) & 1);
    const fits = classes.every(
      ({ pool, tested }) => set.filter((member) => pool.includes(member)).length === tested.length,
    );
    if (fits) found.add(JSON.stringify(set));
  }
  return found;
}

/** Pearson's statistic of counts against the same count for each of `kinds`. */
function chiSquare(counts: Iterable<number>, kinds: number): number {
  const seen = [...counts];
  const expected = seen.reduce((sum, count) => sum + count, 0) / kinds;
  return seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) + (kinds - seen.length) * expected;
}

describe("randomSets", () => {
  it("gives every other set where no more exist than are asked for", () => {
    const classes = [image([1, 4]), question([102])];
    const all = bruteForce(classes);
    expect(all.size).toBe(15 * 4);
    all.delete(JSON.stringify([1, 4, 102]));
    for (const count of [59, 200]) {
      const { sets, isAll } = randomSets({ classes, count, seed: 1 });
      expect(isAll).toBe(true);
      expect(new Set(keysOf(sets))).toEqual(all);
      expect(sets).toHaveLength(59);
    }
    const fewer = randomSets({ classes, count: 58, seed: 1 });
    expect([fewer.sets.length, fewer.isAll]).toEqual([58, false]);
  });

  it("gives none where the tested set is the whole pool, or empty", () => {
    expect(randomSets({ classes: [image(range(0, 6))], count: 20, seed: 0 })).toEqual({ sets: [], isAll: true });
    expect(randomSets({ classes: [image([])], count: 20, seed: 0 })).toEqual({ sets: [], isAll: true });
  });

  it.each([1, 3, 12, 17, 40])("never repeats a set nor gives the tested one, of any seed (%d sets)", (count) => {
    const classes = [image([2, 5, 0], 9), question([101, 103])];
    const possible = bruteForce(classes);
    for (let seed = 0; seed < 50; seed++) {
      const { sets } = randomSets({ classes, count, seed });
      const keys = new Set(keysOf(sets));
      expect(keys.size).toBe(count);
      expect(keys.has(JSON.stringify([0, 2, 5, 101, 103]))).toBe(false);
      for (const key of keys) expect(possible.has(key)).toBe(true);
    }
  });

  it("draws each set as often, whether it lists all sets or draws until they differ", () => {
    // C(6, 2) * C(4, 1) - 1 = 59 others: 20 are drawn from the list of all, 5 by trial.
    for (const [count, rounds] of [
      [20, 1500],
      [5, 6000],
    ] as const) {
      const counts = new Map<string, number>();
      for (let seed = 0; seed < rounds; seed++) {
        const { sets } = randomSets({ classes: [image([1, 4]), question([102])], count, seed });
        for (const key of keysOf(sets)) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      // 58 degrees of freedom: exceeded by one in a thousand; sets without repetition spread less than that.
      expect(chiSquare(counts.values(), 59)).toBeLessThan(97);
    }
  });

  it("draws each pair of sets as often", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 9000; seed++) {
      const { sets } = randomSets({ classes: [image([3], 10)], count: 2, seed });
      const key = keysOf(sets).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // 9 * 8 ordered pairs, 71 degrees of freedom.
    expect(chiSquare(counts.values(), 72)).toBeLessThan(113);
  });

  it("repeats for a seed and differs for another", () => {
    const of = (seed: number) => randomSets({ classes: [image([1, 2, 3], 500)], count: 50, seed });
    expect(of(7)).toEqual(of(7));
    expect(of(8)).not.toEqual(of(7));
  });

  it("counts repeated members once, and leaves the order of what it is given", () => {
    const tested = [4, 1, 4];
    const { sets } = randomSets({ classes: [{ name: "image", pool: [5, 1, 4, 4], tested }], count: 9, seed: 0 });
    expect(new Set(keysOf(sets))).toEqual(new Set(["[1,5]", "[4,5]"]));
    expect(tested).toEqual([4, 1, 4]);
  });

  it("is quick for sets nearly as large as their pool", () => {
    const { sets, isAll } = randomSets({ classes: [image(range(0, 575), 576)], count: 200, seed: 0 });
    expect([sets.length, isAll]).toEqual([200, false]);
  });

  it("refuses a member that its pool does not have", () => {
    expect(() => randomSets({ classes: [image([7])], count: 2, seed: 0 })).toThrow(
      "7 is tested as image, but is not among the 6 that can be drawn",
    );
  });
});

describe("randomHeadSets", () => {
  it("gives other heads of the model, as many as are tested", () => {
    const tested = [{ layer: 1, head: 2 }];
    const { sets, isAll } = randomHeadSets({ tested, layers: 2, heads: 3, count: 20, seed: 0 });
    expect(isAll).toBe(true);
    expect(new Set(keysOf(sets))).toEqual(
      new Set([0, 1, 2, 3, 4].map((index) => JSON.stringify([{ layer: Math.floor(index / 3), head: index % 3 }]))),
    );
  });

  it("gives as many heads of each layer, if it is to", () => {
    const tested = [
      { layer: 0, head: 1 },
      { layer: 2, head: 0 },
      { layer: 2, head: 2 },
    ];
    const { sets, isAll } = randomHeadSets({ tested, layers: 3, heads: 4, ofSameLayers: true, count: 50, seed: 0 });
    // 4 heads of layer 0, and 6 pairs of layer 2, but for the tested one.
    expect([new Set(keysOf(sets)).size, isAll]).toEqual([23, true]);
    for (const set of sets) expect(set.map(({ layer }) => layer)).toEqual([0, 2, 2]);
  });

  it("refuses heads that the model does not have", () => {
    const of = (layer: number, head: number) => () =>
      randomHeadSets({ tested: [{ layer, head }], layers: 2, heads: 3, count: 1, seed: 0 });
    expect(of(0, 3)).toThrow("a layer has heads 0 to 2, got head 3");
    expect(of(2, 0)).toThrow("is not among the 6 that can be drawn");
    const sameLayers = { layers: 2, heads: 3, count: 1, seed: 0, ofSameLayers: true };
    expect(() => randomHeadSets({ tested: [{ layer: 2, head: 0 }], ...sameLayers })).toThrow("is not among the 6");
  });
});
