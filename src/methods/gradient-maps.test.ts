import { describe, expect, it } from "vitest";
import { scattered, scatteredTensor } from "../../test/support/run-graph.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { addGradientRolloutLayer, gradCam, rowContributions } from "./gradient-maps.ts";
import { finishedRows, identityRows } from "./relevancy.ts";
import { rolloutRows } from "./rollout.ts";

describe("addGradientRolloutLayer", () => {
  const positive = (seed: number, n: number) =>
    floatTensor(
      [n, n],
      Float32Array.from(scattered(n * n, seed), (x) => Math.max(0, x)),
    );

  it("is rollout over the cams in place of attention", () => {
    const cams = [1, 2, 3].map((seed) => positive(seed, 7));
    const rows = identityRows([6, 2], 7);
    for (const cam of [...cams].reverse()) addGradientRolloutLayer(rows, cam);
    const expected = rolloutRows({ headMeans: cams, positions: [6, 2] }).data;
    expect(finishedRows(rows).data).toBeCloseToArray(expected, 1e-6);
  });

  it("reads only the leading part of a larger map", () => {
    const cam = positive(4, 9);
    const part = floatTensor([5, 5]);
    for (let q = 0; q < 5; q++) part.data.set(cam.data.subarray(q * 9, q * 9 + 5), q * 5);
    const [whole, leading] = [identityRows([4], 5), identityRows([4], 5)];
    addGradientRolloutLayer(whole, cam);
    addGradientRolloutLayer(leading, part);
    expect(whole.data).toEqual(leading.data);
  });

  it("keeps rows that sum to 1, and the identity where no cam is positive", () => {
    const rows = identityRows([3], 6);
    addGradientRolloutLayer(rows, positive(8, 6));
    expect(rows.data.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const untouched = identityRows([3], 6);
    addGradientRolloutLayer(untouched, floatTensor([6, 6]));
    expect([...untouched.data]).toEqual([0, 0, 0, 1, 0, 0]);
  });
});

describe("gradCam", () => {
  it("weighs each head by its mean gradient, and leaves out what is negative", () => {
    const [heads, keys, queries] = [3, 5, 4];
    const attention = scatteredTensor([heads, keys], 1);
    const gradient = scatteredTensor([heads, queries, keys], 2);
    const expected = Array.from({ length: keys }, (_, key) => {
      let sum = 0;
      for (let head = 0; head < heads; head++) {
        const own = gradient.data.subarray(head * queries * keys, (head + 1) * queries * keys);
        sum += (own.reduce((a, b) => a + b, 0) / own.length) * attention.data[head * keys + key]!;
      }
      return Math.max(0, sum / heads);
    });
    const map = gradCam(attention, gradient);
    expect(map).toBeCloseToArray(expected, 1e-7);
    expect(map.some((value) => value === 0)).toBe(true);
    expect(map.some((value) => value > 0)).toBe(true);
  });
});

describe("rowContributions", () => {
  it("is the sum over each row of value x gradient", () => {
    const values = floatTensor([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
    const gradient = floatTensor([2, 3], Float32Array.of(1, 0, -1, 0.5, 0, 1));
    expect([...rowContributions(values, gradient)]).toEqual([-2, 8]);
  });
});
