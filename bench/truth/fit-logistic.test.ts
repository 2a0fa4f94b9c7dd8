/** @file Tests of the logistic fit: against a closed form, and that no other model has a smaller loss. */
import { describe, expect, it } from "vitest";
import { logistic, logisticScore, type LogisticModel } from "../../src/methods/grounding/logistic.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import { fitLogistic, type LabeledFeatures } from "./fit-logistic.ts";

/** Samples whose label follows a logistic model of their features, times `scale`. */
function drawn({ count, scale = 1, seed }: { count: number; scale?: number; seed: number }): LabeledFeatures[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const features = [random(), random(), random()].map((value) => value * scale);
    const label = random() < logistic((3 * features[0]! - 2 * features[1]!) / scale - 0.5) ? 1 : 0;
    return { features, label } as const;
  });
}

/** The loss as it is defined: mean log-loss of each label, both weighing half, with the ridge. */
function lossOf(samples: readonly LabeledFeatures[], model: LogisticModel, ridge: number): number {
  const meanLoss = (label: 0 | 1) => {
    const members = samples.filter((sample) => sample.label === label);
    const losses = members.map(({ features }) => {
      const p = logisticScore(model, features);
      return -Math.log(label === 1 ? p : 1 - p);
    });
    return losses.reduce((sum, loss) => sum + loss, 0) / members.length;
  };
  const squares = model.weights.reduce((sum, weight) => sum + weight ** 2, 0);
  return (meanLoss(0) + meanLoss(1)) / 2 + (ridge / 2) * squares;
}

/** Central differences of the loss by intercept and weights. */
function gradientOf(samples: readonly LabeledFeatures[], model: LogisticModel, ridge: number): number[] {
  const step = 1e-5;
  const moved = (place: number, by: number): LogisticModel => ({
    intercept: model.intercept + (place === 0 ? by : 0),
    weights: model.weights.map((weight, i) => weight + (place === i + 1 ? by : 0)),
  });
  return [0, ...model.weights.map((_, i) => i + 1)].map(
    (place) => (lossOf(samples, moved(place, step), ridge) - lossOf(samples, moved(place, -step), ridge)) / (2 * step),
  );
}

describe("fitLogistic", () => {
  it("is what counting gives for a feature of two values", () => {
    const times = (count: number, feature: number, label: 0 | 1) =>
      Array.from({ length: count }, () => ({ features: [feature], label }));
    const samples = [...times(7, 0, 0), ...times(3, 1, 0), ...times(4, 0, 1), ...times(16, 1, 1)];
    const { intercept, weights } = fitLogistic(samples, { ridge: 1e-10 });
    // Both labels weigh the same: 0.2 of the ones and 0.7 of the zeros have 0, 0.8 and 0.3 have 1.
    expect(intercept).toBeCloseTo(Math.log(0.2 / 0.7), 6);
    expect(weights[0]).toBeCloseTo(Math.log(0.8 / 0.3) - Math.log(0.2 / 0.7), 6);
  });

  it.each([
    [1, 0.1],
    [1, 1e-4],
    [100, 1e-4],
    [0.01, 1e-6],
  ])("has no slope left at features of scale %d and a ridge of %d", (scale, ridge) => {
    for (let seed = 0; seed < 5; seed++) {
      const samples = drawn({ count: 120, scale, seed });
      const model = fitLogistic(samples, { ridge });
      for (const slope of gradientOf(samples, model, ridge)) expect(Math.abs(slope) / scale).toBeLessThan(1e-6);
    }
  });

  it("has a smaller loss than models around it", () => {
    const samples = drawn({ count: 80, seed: 3 });
    const model = fitLogistic(samples, { ridge: 0.01 });
    const least = lossOf(samples, model, 0.01);
    const random = seededRandom(4);
    for (let round = 0; round < 200; round++) {
      const moved = {
        intercept: model.intercept + random() - 0.5,
        weights: model.weights.map((weight) => weight + random() - 0.5),
      };
      expect(lossOf(samples, moved, 0.01)).toBeGreaterThan(least);
    }
  });

  it("finds the model that labels follow", () => {
    const { intercept, weights } = fitLogistic(drawn({ count: 20_000, seed: 1 }), { ridge: 1e-6 });
    expect(Math.abs(weights[0]! - 3)).toBeLessThan(0.25);
    expect(Math.abs(weights[1]! + 2)).toBeLessThan(0.25);
    expect(Math.abs(weights[2]!)).toBeLessThan(0.25);
    expect(Number.isFinite(intercept)).toBe(true);
  });

  it("ends where features part the labels, at any ridge and scale", () => {
    const samples = [0.1, 0.2, 0.3, 0.7, 0.8].map((value, i) => ({
      features: [1000 * value],
      label: i < 3 ? (0 as const) : (1 as const),
    }));
    for (const ridge of [1, 1e-3, 1e-8, 1e-12]) {
      const model = fitLogistic(samples, { ridge });
      expect(model.weights[0]).toBeGreaterThan(0);
      expect(Number.isFinite(model.intercept)).toBe(true);
      for (const { features, label } of samples) expect(Math.round(logisticScore(model, features))).toBe(label);
    }
  });

  it("does not change with the number of samples of a label, only with their spread", () => {
    const samples = drawn({ count: 60, seed: 9 });
    const more = [...samples, ...samples.filter(({ label }) => label === 1)];
    const [one, other] = [fitLogistic(samples, { ridge: 0.01 }), fitLogistic(more, { ridge: 0.01 })];
    expect(other.intercept).toBeCloseTo(one.intercept, 9);
    for (const [i, weight] of one.weights.entries()) expect(other.weights[i]).toBeCloseTo(weight, 9);
  });

  it("refuses one label, other features, and no ridge", () => {
    const samples = drawn({ count: 20, seed: 2 });
    expect(() => fitLogistic([{ features: [1], label: 1 }], { ridge: 1 })).toThrow("samples of both labels");
    expect(() => fitLogistic([...samples, { features: [1], label: 1 }], { ridge: 1 })).toThrow("got [1]");
    expect(() => fitLogistic([...samples, { features: [1, NaN, 0], label: 1 }], { ridge: 1 })).toThrow(
      "got [1, NaN, 0]",
    );
    expect(() => fitLogistic(samples, { ridge: 0 })).toThrow("a ridge above 0");
  });
});

describe("logisticScore", () => {
  it("stays between 0 and 1 whatever the features", () => {
    const model = { intercept: 0, weights: [1] };
    expect([-1e6, 0, 1e6].map((value) => logisticScore(model, [value]))).toEqual([0, 0.5, 1]);
    expect(() => logisticScore(model, [1, 2])).toThrow("a model of 1 features needs as many, got 2");
  });
});
