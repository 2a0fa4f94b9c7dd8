import { expect, it } from "vitest";
import { erfc, twoSidedQuantile, twoSidedTail } from "./normal.ts";

it.each([
  [0, 1],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [3, 2.209049699858544e-5],
  [5, 1.5374597944280349e-12],
  [10, 2.088487583762545e-45],
  [20, 5.395865611607901e-176],
  [-1, 1.8427007929497148],
])("erfc(%f) is precise to its last digits", (x, expected) => {
  expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(5e-15);
});

it.each([
  [1e-5, 4.4171734134667],
  [1e-3, 3.2905267314919],
  [1e-2, 2.5758293035489],
])("the quantile of %f is the published one", (p, expected) => {
  expect(twoSidedQuantile(p)).toBeCloseTo(expected, 10);
});

it("the quantile inverts the tail, far out too", () => {
  for (const p of [1, 0.3, 1e-7, 1e-40, 1e-200])
    expect(Math.abs(twoSidedTail(twoSidedQuantile(p)) / p - 1)).toBeLessThan(1e-12);
  expect(() => twoSidedQuantile(0)).toThrow(RangeError);
});
