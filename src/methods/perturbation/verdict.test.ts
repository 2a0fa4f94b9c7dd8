/** @file Tests of the verdict: which of its six cases holds, and that chance gets a verdict in its favor as rarely as alpha says. */
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../tensor/random.ts";
import { sequentialTest } from "./sequential-test.ts";
import { dependenceOf, leastFall, verdictOf, type TestedFall } from "./verdict.ts";

const of = (change: Partial<TestedFall>) =>
  verdictOf({ wholeFall: 2, fall: 1, isWhole: false, available: 99, p: 0.01, ...change });

describe("verdictOf", () => {
  it.each([
    [{}, "depends"],
    [{ p: 0.05 }, "depends"],
    [{ p: 0.0501 }, "random"],
    // An unfinished test does not speak for the set.
    [{ p: undefined }, "random"],
    [{ fall: leastFall }, "depends"],
    [{ fall: leastFall - 1e-9 }, "little"],
    [{ fall: -3 }, "little"],
    [{ wholeFall: leastFall - 1e-9 }, "nothing"],
    [{ wholeFall: -1 }, "nothing"],
    // Heads have no whole.
    [{ wholeFall: undefined }, "depends"],
    [{ available: 19 }, "depends"],
    [{ available: 18 }, "few"],
    [{ available: 0, p: undefined }, "few"],
    // Nothing to test is said first, whatever else is wrong.
    [{ wholeFall: 0, available: 0, p: 1, fall: -1 }, "nothing"],
    [{ isWhole: true, available: 0, p: undefined }, "depends"],
    [{ isWhole: true, available: 0, p: undefined, fall: 0.05 }, "little"],
    [{ confirmations: [0.3, 0.05] }, "depends"],
    [{ confirmations: [0.3, 0.06] }, "unconfirmed"],
    [{ confirmations: [0.01], p: 0.2 }, "random"],
  ] as const)("of %j is %s", (change, verdict) => {
    expect(of(change)).toBe(verdict);
  });

  it("with 18 sets passes at an alpha that they can reach", () => {
    expect(of({ available: 18, alpha: 0.06, p: 1 / 19 })).toBe("depends");
  });

  it("says that the answer depends on a set of chance in at most alpha of cases, with or without confirmation", async () => {
    const random = seededRandom(9);
    const rounds = 4000;
    let plain = 0;
    let confirmed = 0;
    for (let round = 0; round < rounds; round++) {
      const next = () => Promise.resolve(1 + random());
      const [first, second] = [
        await sequentialTest({ observed: 1 + random(), next }),
        await sequentialTest({ observed: 1 + random(), next }),
      ];
      if (of({ wholeFall: 3, fall: 1, p: first.p }) === "depends") plain += 1;
      if (of({ wholeFall: 3, fall: 1, p: first.p, confirmations: [second.p] }) === "depends") confirmed += 1;
    }
    // Three standard errors.
    expect(Math.abs(plain / rounds - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / rounds));
    expect(confirmed / rounds).toBeLessThan(0.01);
  });
});

describe("dependenceOf", () => {
  const same = (fall: number) => ({ fall, saysTheSame: true });
  const other = (fall: number) => ({ fall, saysTheSame: false });
  it.each([
    [[other(1)], "depends"],
    [[same(0), other(leastFall)], "depends"],
    [[same(leastFall - 1e-9), same(0)], "does not matter"],
    // Two tokens of nearly one probability change places although nothing changed.
    [[other(leastFall - 1e-9), same(0)], "does not matter"],
    [[same(1), same(0)], "could not tell"],
    // A token that the picture made less probable.
    [[same(-1), same(0)], "could not tell"],
  ] as const)("of %j is %s", (left, verdict) => {
    expect(dependenceOf(left)).toBe(verdict);
  });
});
