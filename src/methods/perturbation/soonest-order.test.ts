/** @file Which order a search begins from, of made-up effects. */
import { describe, expect, it } from "vitest";
import { soonestOrder } from "./soonest-order.ts";

/** Asks about sets of letters; each is remembered. */
function asking(necessity: (set: string) => number) {
  const asked: string[] = [];
  return {
    asked,
    necessities: (sets: readonly (readonly string[])[]) => {
      asked.push(...sets.map((set) => set.join("")));
      return Promise.resolve(sets.map((set) => necessity(set.join(""))));
    },
  };
}
const orders = ["abcdefgh", "bcadefgh", "hgfedcba"].map((order) => order.split(/(?=.)/u));

describe("soonestOrder()", () => {
  it("is the one whose first units reach the threshold with the fewest", async () => {
    const { necessities, asked } = asking((set) => (set.includes("b") && set.includes("c") ? 1 : 0));
    expect(await soonestOrder(orders, { necessities })).toBe(1);
    expect(asked).toEqual(["a", "b", "h", "ab", "bc", "hg"]);
  });

  it("is the one that falls most at that size, if several do", async () => {
    const { necessities } = asking((set) => ({ a: 0.9, b: 0.95, h: 0.91 })[set] ?? 1);
    expect(await soonestOrder(orders, { necessities })).toBe(1);
  });

  it("is the one that falls most at any size, if none reaches the threshold with half of the units", async () => {
    const { necessities, asked } = asking((set) => (set === "hgf" ? 0.6 : 0.5));
    expect(await soonestOrder(orders, { necessities })).toBe(2);
    expect(asked.map(({ length }) => length)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
  });

  it("asks nothing of a single order", async () => {
    const { necessities, asked } = asking(() => 1);
    expect(await soonestOrder(orders.slice(0, 1), { necessities })).toBe(0);
    expect(asked).toEqual([]);
  });
});
