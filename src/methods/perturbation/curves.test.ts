/** @file Tests of curves: their steps, orders, areas and the band of random orders. */
import { describe, expect, it } from "vitest";
import { normalNumber, seededRandom } from "../../tensor/random.ts";
import { centerFirst, curveSteps, orderByMap, randomBand, randomOrders, trapezoidArea } from "./curves.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("curveSteps", () => {
  it.each([0, 1, 2, 19, 20, 21, 37, 144, 576, 2880])(
    "goes from none to all %d members in at most 20 even steps",
    (members) => {
      const steps = curveSteps(members);
      const growth = steps.slice(1).map((count, i) => count - steps[i]!);
      expect([steps[0], steps.at(-1)]).toEqual([0, members]);
      expect(growth).toHaveLength(Math.min(20, members));
      for (const step of growth) {
        expect(step).toBeGreaterThan(0);
        expect(Math.abs(step - members / growth.length)).toBeLessThan(1);
      }
    },
  );
});

describe("orders", () => {
  it("take the largest first, equal ones as they come, and those without a number last", () => {
    expect(orderByMap([0.2, NaN, 0.9, 0.2, -1, Infinity, 0.9])).toEqual([2, 6, 0, 3, 4, 1, 5]);
    expect(orderByMap(new Float32Array(4))).toEqual([0, 1, 2, 3]);
    expect(centerFirst([2, 0.5, 2, 0.5, 0])).toEqual([4, 1, 3, 0, 2]);
  });

  it("of a seed are the same, hold every member once, and differ among themselves", () => {
    const orders = randomOrders({ size: 30, count: 20, seed: 3 });
    expect(orders).toEqual(randomOrders({ size: 30, count: 20, seed: 3 }));
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(range(30));
    expect(new Set(orders.map((order) => order.join())).size).toBe(20);
  });

  it("put each member at each place as often", () => {
    const counts = new Map<string, number>();
    const rounds = 6000;
    for (const order of randomOrders({ size: 5, count: rounds, seed: 1 })) {
      for (const [place, member] of order.entries()) {
        counts.set(`${place} ${member}`, (counts.get(`${place} ${member}`) ?? 0) + 1);
      }
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - rounds / 5) ** 2 / (rounds / 5), 0);
    expect(counts.size).toBe(25);
    // 4 * 4 = 16 degrees of freedom: exceeded by one in a thousand.
    expect(chiSquare).toBeLessThan(39.3);
  });
});

describe("trapezoidArea", () => {
  it("is that of lines exactly, and of x^2 but for 1 / (6 n^2)", () => {
    for (const steps of [1, 4, 20]) {
      const shares = range(steps + 1).map((step) => step / steps);
      expect(
        trapezoidArea(
          shares,
          shares.map((x) => 0.9 - 0.4 * x),
        ),
      ).toBeCloseTo(0.7, 12);
      expect(
        trapezoidArea(
          shares,
          shares.map((x) => x * x),
        ),
      ).toBeCloseTo(1 / 3 + 1 / (6 * steps ** 2), 12);
    }
  });

  it("weighs steps by their width", () => {
    expect(trapezoidArea([0, 0.1, 1], [1, 0, 0])).toBeCloseTo(0.05, 12);
  });

  it("under deletion is smallest, and under insertion largest, by the order of what members add", () => {
    const adds = [0.05, 0.4, 0.15, 0.3, 0.1];
    const shares = range(6).map((count) => count / 5);
    const areaOf = (order: readonly number[], form: "deletion" | "insertion") =>
      trapezoidArea(
        shares,
        range(6).map((count) =>
          (form === "deletion" ? order.slice(count) : order.slice(0, count)).reduce((sum, i) => sum + adds[i]!, 0),
        ),
      );
    const permutations = (rest: readonly number[]): number[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((i) => permutations(rest.filter((j) => j !== i)).map((more) => [i, ...more]));
    const all = permutations(range(5));
    const best = orderByMap(adds);
    expect(areaOf(best, "deletion")).toBeCloseTo(Math.min(...all.map((order) => areaOf(order, "deletion"))), 12);
    expect(areaOf(best, "insertion")).toBeCloseTo(Math.max(...all.map((order) => areaOf(order, "insertion"))), 12);
  });
});

describe("randomBand", () => {
  it("is the mean with what one more curve has in 95 of 100 cases", () => {
    const random = seededRandom(17);
    const normal = () => 0.5 + 0.05 * normalNumber(random);
    for (const count of [3, 10, 40]) {
      const rounds = 4000;
      let [inside, insideArea] = [0, 0];
      for (let round = 0; round < rounds; round++) {
        const curves = range(count).map(() => ({ values: [normal()], area: normal() }));
        const { low, high, areaLow, areaHigh } = randomBand(curves);
        const [value, area] = [normal(), normal()];
        if (value >= low[0]! && value <= high[0]!) inside += 1;
        if (area >= areaLow && area <= areaHigh) insideArea += 1;
      }
      // Three standard errors.
      const error = 3 * Math.sqrt((0.95 * 0.05) / rounds);
      expect(Math.abs(inside / rounds - 0.95)).toBeLessThan(error);
      expect(Math.abs(insideArea / rounds - 0.95)).toBeLessThan(error);
    }
  });

  it("has the means of all curves, and stays inside of 0 to 1", () => {
    const band = randomBand([
      { values: [1, 0.2, 0], area: 0.3 },
      { values: [1, 0.8, 0], area: 0.5 },
    ]);
    expect(band).toMatchObject({ values: [1, 0.5, 0], low: [1, 0, 0], high: [1, 1, 0], area: 0.4 });
    // t of one degree of freedom times s = 0.1 * sqrt(2) times sqrt(3 / 2) is 2.2 and beyond both ends.
    expect([band.areaLow, band.areaHigh]).toEqual([0, 1]);
  });

  it("of one curve is that curve; of none it is refused", () => {
    const curve = { values: [0.4, 0.1], area: 0.25 };
    expect(randomBand([curve])).toEqual({
      ...curve,
      low: curve.values,
      high: curve.values,
      areaLow: 0.25,
      areaHigh: 0.25,
    });
    expect(() => randomBand([])).toThrow("a band needs random orders, got none");
  });
});
