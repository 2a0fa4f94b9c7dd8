/** @file Tests of the minimal set against every subset, for effects that grow with their members and for others. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { minimalSet, type MinimalSetProgress } from "./minimal-set.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const bitsOf = (members: readonly number[]) => members.reduce((bits, member) => bits | (1 << member), 0);

/** An effect by its value for each subset of `size` members; the empty set has none. */
function randomEffects(size: number, random: () => number): Float64Array {
  return Float64Array.from({ length: 2 ** size }, (_, bits) => (bits === 0 ? 0 : random()));
}

/** The largest effect of any subset, so that it grows with its members. */
function growing(effects: Float64Array, size: number): Float64Array {
  const grown = effects.slice();
  for (let bits = 1; bits < grown.length; bits++) {
    for (const member of range(size)) {
      if ((bits >> member) & 1) grown[bits] = Math.max(grown[bits]!, grown[bits & ~(1 << member)]!);
    }
  }
  return grown;
}

/** An effect that is there if all of `needed` are. */
const allOf = (needed: readonly number[]) => (members: readonly number[]) =>
  Promise.resolve(needed.every((member) => members.includes(member)) ? 1 : 0);

describe("minimalSet", () => {
  it.each(["growing", "any"] as const)(
    "leaves a set that holds, of which no single member can go (%s effects)",
    async (kind) => {
      const random = seededRandom(21);
      const size = 7;
      for (let round = 0; round < 150; round++) {
        const drawn = randomEffects(size, random);
        const effects = kind === "growing" ? growing(drawn, size) : drawn;
        const keep = 0.5 + random() / 2;
        const asked = new Map<number, number>();
        const found = await minimalSet(range(size), {
          effectOf: (members) => {
            const bits = bitsOf(members);
            asked.set(bits, (asked.get(bits) ?? 0) + 1);
            return Promise.resolve(effects[bits]!);
          },
          keep,
        });
        const whole = effects.at(-1)!;
        const holds = (bits: number) => effects[bits]! >= keep * whole;
        const bits = bitsOf(found.members);
        expect(found.isMinimal).toBe(true);
        expect(found).toMatchObject({ effect: effects[bits], wholeEffect: whole, wholeSize: size });
        expect(holds(bits)).toBe(true);
        for (const member of found.members) expect(holds(bits & ~(1 << member))).toBe(false);
        expect([...asked.values()].reduce((sum, times) => sum + times, 0)).toBe(found.evaluations);
        // With an effect that grows, no subset of any size holds either.
        if (kind === "growing") {
          for (let part = (bits - 1) & bits; part > 0; part = (part - 1) & bits) expect(holds(part)).toBe(false);
        }
      }
    },
  );

  it("finds the needed members exactly, wherever they are, in few evaluations", async () => {
    const random = seededRandom(2);
    for (let round = 0; round < 30; round++) {
      const needed = [...new Set(Array.from({ length: 1 + (round % 4) }, () => Math.floor(576 * random())))];
      const { members, evaluations, isMinimal } = await minimalSet(range(576), { effectOf: allOf(needed) });
      expect(members).toEqual(needed.sort((a, b) => a - b));
      expect(isMinimal).toBe(true);
      // Each of the levels asks for each needed member and its neighbor once; one more round says that all are needed.
      expect(evaluations).toBeLessThanOrEqual(2 + needed.length * (2 * Math.ceil(Math.log2(576)) + 3));
    }
  });

  it("asks about a single member of 576 no more than 22 times", async () => {
    for (const member of [0, 100, 287, 288, 575]) {
      expect((await minimalSet(range(576), { effectOf: allOf([member]) })).evaluations).toBeLessThanOrEqual(22);
    }
  });

  it("sees that a member can go once a later one is gone", async () => {
    // Member 0 is needed only as long as member 2 is there.
    const effectOf = (members: readonly number[]) =>
      Promise.resolve(members.includes(1) && (members.includes(0) || !members.includes(2)) ? 1 : 0);
    expect(await minimalSet([0, 1, 2], { effectOf })).toMatchObject({ members: [1], isMinimal: true });
  });

  it("keeps all members where each is needed, asking once for each group", async () => {
    const { members, evaluations } = await minimalSet(range(8), { effectOf: allOf(range(8)) });
    expect(members).toEqual(range(8));
    // The whole, 2 groups of 4, 4 of 2, 8 of 1.
    expect(evaluations).toBe(15);
  });

  it("keeps nine tenths of the effect where no share is given", async () => {
    const effectOf = (members: readonly number[]) => Promise.resolve(members.length / 20);
    expect((await minimalSet(range(20), { effectOf })).members).toHaveLength(18);
    expect((await minimalSet(range(20), { effectOf, keep: 0.25 })).members).toHaveLength(5);
    await expect(minimalSet([1], { effectOf, keep: 0 })).rejects.toThrow("a share of 0 of the effect");
    await expect(minimalSet([1], { effectOf, keep: 1.5 })).rejects.toThrow(RangeError);
  });

  it("returns a set without a positive effect as it is, after one evaluation", async () => {
    for (const effect of [0, -0.2, NaN]) {
      const found = await minimalSet(["a", "b"], { effectOf: () => Promise.resolve(effect) });
      expect(found).toEqual({
        members: ["a", "b"],
        effect,
        wholeSize: 2,
        wholeEffect: effect,
        evaluations: 1,
        isMinimal: false,
      });
    }
  });

  it("says how far it is, and stops at a signal", async () => {
    const seen: MinimalSetProgress[] = [];
    const found = await minimalSet(range(40), {
      effectOf: allOf([3, 30]),
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.map(({ evaluations }) => evaluations)).toEqual(range(found.evaluations).map((i) => i + 1));
    expect(seen.every(({ size }, i) => i === 0 || size <= seen[i - 1]!.size)).toBe(true);
    expect(seen.at(-1)!.size).toBe(2);
    const controller = new AbortController();
    let asked = 0;
    const stopped = minimalSet(range(40), {
      effectOf: (members) => {
        asked += 1;
        if (asked === 5) controller.abort(new Error("stopped"));
        return allOf([3])(members);
      },
      signal: controller.signal,
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(asked).toBe(5);
  });
});
