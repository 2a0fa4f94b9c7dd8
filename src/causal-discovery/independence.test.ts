import { describe, expect, it } from "vitest";
import { randomAttention, uniformNumbers } from "../../test/support/random-graphs.ts";
import { attentionCorrelation } from "./correlation.ts";
import { fisherTest, independencePValue, partialCorrelation } from "./independence.ts";

const size = 12;
const rows = randomAttention(size, { random: uniformNumbers(8), sharpness: 1 });
const correlation = attentionCorrelation(
  (position) => rows[position]!,
  Array.from({ length: size }, (_, node) => node),
);

/** The recursive formula of the partial correlation, one token at a time. */
function recursive(x: number, y: number, given: readonly number[]): number {
  const [z, ...rest] = given;
  if (z === undefined) return correlation[x * size + y]!;
  const [xy, xz, yz] = [recursive(x, y, rest), recursive(x, z, rest), recursive(y, z, rest)];
  return (xy - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz));
}

const sets = [[], [3], [2, 7], [9, 1, 4], [2, 3, 8, 10], [1, 2, 3, 4, 7, 9]];

describe("partial correlation", () => {
  it.each(sets.map((given) => [given]))("given %j is that of the recursive formula", (given) => {
    expect(partialCorrelation(correlation, { x: 0, y: 5, given })).toBeCloseTo(recursive(0, 5, given), 11);
  });
});

describe("the decision", () => {
  it("is that of the p-value, in both variants and by both sign rules", () => {
    for (const signRule of ["two-sided", "legacy"] as const) {
      for (const alpha of [1e-7, 1e-3, 0.3]) {
        for (const samples of [5, 7, 64, 1000]) {
          for (const given of sets) {
            const p = independencePValue(recursive(0, 5, given), { samples, given: given.length, signRule });
            for (const singular of ["signal", "drop"] as const) {
              const { isIndependent } = fisherTest(correlation, { alpha, samples, signRule, singular });
              expect(isIndependent(0, 5, given), JSON.stringify({ signRule, alpha, samples, given })).toBe(p > alpha);
            }
          }
        }
      }
    }
  });

  it("leaves out conditioning tokens that others determine, in exact", () => {
    // Token 12 is token 3 again: given both, everything is as given one of them.
    const wide = 13;
    const doubled = new Float64Array(wide * wide);
    const origin = (node: number) => (node === 12 ? 3 : node);
    for (let a = 0; a < wide; a++) {
      for (let b = 0; b < wide; b++) doubled[a * wide + b] = correlation[origin(a) * size + origin(b)]!;
    }
    for (let n = 4; n < 400; n += 7) {
      const options = { alpha: 0.01, samples: n, signRule: "two-sided", singular: "drop" } as const;
      const test = fisherTest(doubled, options);
      // One token less counts for the correlation; the set's size stays what it is.
      const p = independencePValue(recursive(0, 5, [7, 3]), { samples: n, given: 3, signRule: "two-sided" });
      expect(test.isIndependent(0, 5, [7, 3, 12])).toBe(p > 0.01);
      expect(test.degenerate()).toBe(0);
      // Token 3 is determined by token 12.
      expect(test.isIndependent(0, 3, [12])).toBe(false);
      expect(test.isIndependent(0, 3, [7, 12])).toBe(false);
      expect(test.degenerate()).toBe(2);
    }
  });
});
