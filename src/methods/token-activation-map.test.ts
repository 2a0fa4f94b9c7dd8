/** @file Tests of the token activation map's parts, against numbers that NumPy computed from the equations of the paper. */
import { describe, expect, it } from "vitest";
import { interferenceOf, rankGaussian, withoutInterference } from "./token-activation-map.ts";

const context = [0.5, 0, 2].map((relevance, word) => ({
  activation: Array.from({ length: 6 }, (_, i) => Math.abs(Math.sin(3 * word + i))),
  relevance,
}));
const activation = Array.from({ length: 6 }, (_, i) => Math.abs(Math.cos(2 * i + 1)) * 2);

describe("the interference of earlier words", () => {
  it("is the mean of their activations by relevance, and its least-squares part is taken away", () => {
    const interference = interferenceOf(context, 6);
    expect(interference).toBeCloseToArray([0.223532, 0.693883, 0.973346, 0.357919, 0.586577, 0.991777], 1e-6);
    expect(withoutInterference(activation, interference)).toBeCloseToArray(
      [0.792302, 1.085044, 0, 1.046176, 1.065718, 0],
      1e-6,
    );
  });

  it("takes a map away that is a multiple of it, and nothing if no word is relevant", () => {
    const twice = activation.map((value) => 2 * value);
    expect(withoutInterference(twice, Float64Array.from(activation))).toBeCloseToArray(
      new Array<number>(6).fill(0),
      1e-12,
    );
    const nothing = interferenceOf(
      context.map((word) => ({ ...word, relevance: 0 })),
      6,
    );
    expect(withoutInterference(activation, nothing)).toBeCloseToArray(activation, 1e-12);
  });
});

describe("the rank Gaussian filter", () => {
  const values = Array.from({ length: 20 }, (_, i) => Math.abs(Math.sin(1.7 * i + 0.3)) * (i % 7));

  it("weighs sorted windows by the coefficient of variation, mirrored at the edges", () => {
    expect(rankGaussian(values, { rows: 4, cols: 5 })).toBeCloseToArray(
      [
        3.362652, 1.531599, 1.090065, 0.753145, 0.983747, 1.459577, 1.537821, 1.377783, 1.364442, 2.071077, 1.751352,
        2.275529, 1.927034, 1.783113, 1.739423, 0.790903, 2.309838, 2.310662, 2.401518, 2.305265,
      ],
      1e-6,
    );
  });

  it("keeps an even grid and a dark one, takes a lone spike down, and works in one row", () => {
    expect(rankGaussian(new Array<number>(6).fill(3), { rows: 2, cols: 3 })).toBeCloseToArray(
      [3, 3, 3, 3, 3, 3],
      1e-12,
    );
    expect(rankGaussian([0, 0, 0, 0], { rows: 2, cols: 2 })).toBeCloseToArray([0, 0, 0, 0], 1e-12);
    const spike = new Array<number>(25).fill(1);
    spike[12] = 2;
    expect(rankGaussian(spike, { rows: 5, cols: 5 })[12]!).toBeLessThan(1.001);
    expect(rankGaussian([1, 2, 4], { rows: 1, cols: 3 })).toHaveLength(3);
  });
});
