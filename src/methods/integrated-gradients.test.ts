/** @file Tests of integrated gradients on functions whose integrals are known. */
import { describe, expect, test } from "vitest";
import { floatTensor } from "../tensor/tensor.ts";
import { meanRows, onPath, pathContributions, pathPoints } from "./integrated-gradients.ts";

describe("pathPoints", () => {
  test.each([1, 2, 5, 20, 64])("integrate polynomials of degree 2 x %i - 1 and no higher exactly", (steps) => {
    const points = pathPoints(steps);
    const integral = (degree: number) => points.reduce((sum, { at, weight }) => sum + weight * at ** degree, 0);
    for (const degree of [0, 1, steps, 2 * steps - 1]) expect(integral(degree)).toBeCloseTo(1 / (degree + 1), 12);
    if (steps < 4) expect(integral(2 * steps)).not.toBeCloseTo(1 / (2 * steps + 1), 6);
    expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  test("equal the published nodes and weights of three points", () => {
    const [first, middle, last] = pathPoints(3);
    expect(first!.at).toBeCloseTo((1 - Math.sqrt(3 / 5)) / 2, 14);
    expect(middle).toEqual({ at: expect.closeTo(0.5, 14) as number, weight: expect.closeTo(4 / 9, 14) as number });
    expect(last!.weight).toBeCloseTo(5 / 18, 14);
  });

  test.each([0, -1, 1.5, Number.NaN])("refuse %d steps", (steps) => {
    expect(() => pathPoints(steps)).toThrow(`at least 1, got ${steps}.`);
  });
});

test("attributions of a product of rows sum to the difference of its values", () => {
  // F(x) = x00 x10 + x01^3, from the mean of the rows to the input.
  const input = floatTensor([2, 2], Float32Array.of(2, 3, 4, 1));
  const baseline = meanRows(input);
  expect([...baseline.data]).toEqual([3, 2, 3, 2]);
  const value = ([a, b, c]: Float32Array) => a! * c! + b! ** 3;
  const sums = [0, 0];
  for (const { at, weight } of pathPoints(2)) {
    const [a, b, c] = onPath(baseline, input, at).data;
    const gradient = floatTensor([2, 2], Float32Array.of(c!, 3 * b! * b!, a!, 0));
    for (const [row, part] of pathContributions({ input, baseline, gradient }, weight).entries()) sums[row]! += part;
  }
  expect(sums[0]! + sums[1]!).toBeCloseTo(value(input.data) - value(baseline.data), 5);
  // The second row's part alone: (4 - 3) x the mean of the first row's a on the path from 3 to 2.
  expect(sums[1]).toBeCloseTo(2.5, 5);
});
