/** @file Tests of the sequential test: that its p-values are exact, and that stopping early changes no decision. */
import { describe, expect, it } from "vitest";
import { seededRandom, shuffle } from "../../tensor/random.ts";
import { mostAsMuch, sequentialTest } from "./sequential-test.ts";

const range = (length: number) => Array.from({ length }, (_, index) => index);
const testOf = (observed: number, falls: readonly number[], alpha?: number) =>
  sequentialTest({ observed, next: (index) => Promise.resolve(falls[index]!), sets: falls.length, alpha });

/** Every order of the numbers. */
function orders(numbers: readonly number[]): number[][] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first, at) => orders(numbers.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

describe("the sequential test", () => {
  it.each([0.2, 0.34, 0.5])("has exact p-values: of all orders, p <= x in a share of x (alpha %d)", async (alpha) => {
    const all = orders(range(7));
    const found: number[] = [];
    for (const [observed, ...falls] of all) found.push((await testOf(observed!, falls, alpha)).p);
    for (const x of new Set(found)) {
      expect(found.filter((p) => p <= x + 1e-12).length / all.length).toBeCloseTo(x, 12);
    }
  });

  it("passes as often as alpha says under chance, and less with ties", async () => {
    const rounds = 4000;
    const passes = async (levels: number): Promise<number> => {
      const random = seededRandom(levels);
      let passed = 0;
      for (let round = 0; round < rounds; round++) {
        const draw = () => Math.floor(random() * levels);
        const { p } = await sequentialTest({ observed: draw(), next: () => Promise.resolve(draw()) });
        if (p <= 0.05) passed += 1;
      }
      return passed / rounds;
    };
    // Three standard errors.
    const error = 3 * Math.sqrt((0.05 * 0.95) / rounds);
    expect(Math.abs((await passes(2 ** 30)) - 0.05)).toBeLessThan(error);
    expect(await passes(8)).toBeLessThanOrEqual(0.05 + error);
    expect(await passes(1)).toBe(0);
  });

  it("decides as all null sets together would, of any number of sets", async () => {
    const random = seededRandom(3);
    for (let round = 0; round < 2000; round++) {
      const sets = 1 + Math.floor(random() * 120);
      const alpha = [0.01, 0.05, 0.1, 0.2][round % 4]!;
      const falls = shuffle(range(sets + 1), random);
      // An observed value near the top, where the decision is near.
      const observed = sets - Math.floor(random() * 0.3 * sets);
      const others = falls.filter((fall) => fall !== observed);
      const asMuch = others.filter((fall) => fall >= observed).length;
      const result = await testOf(observed, others, alpha);
      expect(result.p <= alpha).toBe((1 + asMuch) / (1 + sets) <= alpha);
      expect(result.p <= alpha).toBe(asMuch <= mostAsMuch({ sets, alpha }));
      if (!result.stopped) expect(result.p).toBe((1 + asMuch) / (1 + sets));
    }
  });

  it("stops at the fifth of 99 sets that does as much, and says how many it used", async () => {
    const asked: number[] = [];
    const next = (index: number) => {
      asked.push(index);
      return Promise.resolve(index % 4 === 0 ? 2 : 0);
    };
    const result = await sequentialTest({ observed: 1, next });
    expect(result).toMatchObject({ p: 5 / 17, sets: 17, asMuch: 5, stopped: true });
    expect(asked).toEqual(range(17));
    expect(result.values).toEqual(asked.map((index) => (index % 4 === 0 ? 2 : 0)));
    const none = await sequentialTest({ observed: 1, next: () => Promise.resolve(0) });
    expect(none).toMatchObject({ p: 0.01, sets: 99, asMuch: 0, stopped: false });
  });

  it("lets four of 99 sets do as much, and one of 20 none", async () => {
    expect([99, 20, 19, 18, 200].map((sets) => mostAsMuch({ sets, alpha: 0.05 }))).toEqual([4, 0, 0, -1, 9]);
    expect((await testOf(1, [1, 1, 1, 1, ...new Array<number>(95).fill(0)])).p).toBe(0.05);
    expect((await testOf(1, [1, ...new Array<number>(19).fill(0)])).p).toBeCloseTo(2 / 21, 15);
  });

  it("has a p of 1 without null sets, and rejects as the work does", async () => {
    expect(await testOf(1, [])).toEqual({ p: 1, sets: 0, asMuch: 0, stopped: false, values: [] });
    const next = () => Promise.reject(new Error("stopped"));
    await expect(sequentialTest({ observed: 1, next })).rejects.toThrow("stopped");
  });
});
