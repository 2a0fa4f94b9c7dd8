/** @file Tests of the verdict: its p-value under chance, and its four cases. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { verdictOf } from "./verdict.ts";

/** `count` drops of random sets, of which `asMuch` reach `drop`. */
const dropsWith = (drop: number, asMuch: number, count = 20) =>
  Array.from({ length: count }, (_, i) => (i < asMuch ? drop : drop - 0.01));

describe("verdictOf", () => {
  it("counts equal drops as chance doing as much", () => {
    expect(verdictOf({ drop: 0.3, randomDrops: [0.3, 0.31, 0.29, -1] })).toMatchObject({ asMuch: 2, p: 3 / 5 });
    expect(verdictOf({ drop: 0.9, randomDrops: dropsWith(0.9, 0) }).p).toBeCloseTo(1 / 21, 15);
  });

  it.each([
    [0.26, 0, "depends"],
    [0.25, 0, "matters"],
    [0.051, 0, "matters"],
    [0.05, 0, "independent"],
    [-0.4, 0, "independent"],
    [0.05, 20, "independent"],
    [0.9, 1, "chance"],
    [0.051, 20, "chance"],
  ] as const)("of a drop of %d, which %d of 20 random sets reach, is %s", (drop, asMuch, code) => {
    expect(verdictOf({ drop, randomDrops: dropsWith(drop, asMuch) }).code).toBe(code);
  });

  it("lets 9 of 200 random sets do as much, and not 10", () => {
    // (1 + 9) / 201 = 0.0498; (1 + 10) / 201 = 0.0547.
    expect(verdictOf({ drop: 0.5, randomDrops: dropsWith(0.5, 9, 200) }).code).toBe("depends");
    expect(verdictOf({ drop: 0.5, randomDrops: dropsWith(0.5, 10, 200) }).code).toBe("chance");
  });

  it("goes by the drop alone if no other set exists", () => {
    const code = (drop: number) => verdictOf({ drop, randomDrops: [] });
    expect(code(0.3)).toEqual({ p: 1, asMuch: 0, code: "depends" });
    expect([code(0.2).code, code(0.04).code]).toEqual(["matters", "independent"]);
  });

  it("is significant for one of 21 sets of chance, no more", () => {
    const random = seededRandom(9);
    const rounds = 20_000;
    let significant = 0;
    for (let round = 0; round < rounds; round++) {
      const { p } = verdictOf({ drop: random(), randomDrops: Array.from({ length: 20 }, random) });
      if (p < 0.05) significant += 1;
    }
    // Three standard errors.
    expect(Math.abs(significant / rounds - 1 / 21)).toBeLessThan(3 * Math.sqrt(((1 / 21) * (20 / 21)) / rounds));
  });
});
