/** @file Tests of the power of a test, against published numbers, an independent sum and simulated tests. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { powerOf } from "./power.ts";
import { sequentialTest } from "./sequential-test.ts";

/** Probability of at most `most` successes, by log-factorials. */
function binomialUpTo(most: number, { sets, share }: { sets: number; share: number }): number {
  const logFactorial = (n: number): number => (n < 2 ? 0 : Math.log(n) + logFactorial(n - 1));
  let sum = 0;
  for (let k = 0; k <= most; k++) {
    const ways = logFactorial(sets) - logFactorial(k) - logFactorial(sets - k);
    sum += Math.exp(ways + k * Math.log(share) + (sets - k) * Math.log(1 - share));
  }
  return sum;
}

describe("the power of a test", () => {
  it("of 20 sets, against which a set that 5 % match must win every time, is 36 %", () => {
    expect(powerOf({ sets: 20, share: 0.05 })).toBeCloseTo(0.95 ** 20, 12);
    expect(powerOf({ sets: 20, share: 0.05 })).toBeCloseTo(0.358, 3);
  });

  it("of 99 sets is the probability of at most four matches", () => {
    for (const share of [0.001, 0.01, 0.02, 0.05, 0.3]) {
      expect(powerOf({ share })).toBeCloseTo(binomialUpTo(4, { sets: 99, share }), 10);
    }
    expect(powerOf({})).toBeGreaterThan(0.94);
  });

  it("is none where the sets are too few to pass, and whole for what nothing matches", () => {
    expect(powerOf({ sets: 18 })).toBe(0);
    expect(powerOf({ sets: 0 })).toBe(0);
    expect(powerOf({ share: 0 })).toBe(1);
    expect(powerOf({ share: 1 })).toBe(0);
  });

  it("is how often sequential tests pass", async () => {
    const random = seededRandom(4);
    const rounds = 3000;
    let passed = 0;
    for (let round = 0; round < rounds; round++) {
      const { p } = await sequentialTest({
        observed: 1,
        next: () => Promise.resolve(random() < 0.04 ? 1 : 0),
        sets: 60,
      });
      if (p <= 0.05) passed += 1;
    }
    const power = powerOf({ sets: 60, share: 0.04 });
    expect(Math.abs(passed / rounds - power)).toBeLessThan(3 * Math.sqrt((power * (1 - power)) / rounds));
  });
});
