import { describe, expect, it } from "vitest";
import type { CurvesResult, MeasureResult, RandomWeightsResult } from "../../../src/run/measures.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";
import { faithfulnessFigure, faithfulnessTable } from "./faithfulness-figure.ts";
import { faithfulnessOf, missingFaithfulness } from "./faithfulness.ts";

const curve = (area: number) => ({ values: [1, 0], area });
const band = (area: number) => ({
  ...curve(area),
  low: [1, 0],
  high: [1, 0],
  areaLow: area - 0.125,
  areaHigh: area + 0.125,
});

function curves(
  areas: Partial<Record<MapMethod, number>>,
  change: Partial<CurvesResult["request"]> = {},
  randomArea = 0.5,
): CurvesResult {
  const methods = Object.keys(areas) as MapMethod[];
  return {
    request: { kind: "curves", token: 1, over: "patches", methods, fill: "mean", seed: 0, ...change },
    shares: [0, 1],
    methods: methods.map((method) => ({
      method,
      deletion: curve(areas[method]!),
      insertion: curve(1 - areas[method]!),
    })),
    random: { orders: 10, deletion: band(randomArea), insertion: band(randomArea) },
    center: { deletion: curve(0.375), insertion: curve(0.625) },
  };
}
const likeness = (token: number, methods: RandomWeightsResult["methods"]): RandomWeightsResult => ({
  request: { kind: "random-weights", token, methods: methods.map(({ method }) => method), seed: 0 },
  methods,
});
const choice = { token: 1, fill: "mean" } as const;

const measures: readonly MeasureResult[] = [
  curves({ attention: 0.75, rollout: 0.625 }, {}, 0.25),
  curves({ attention: 0.1 }, { token: 0 }),
  curves({ attention: 0.1 }, { over: "text" }),
  curves({ attention: 0.1 }, { fill: "noise" }),
  curves({ rollout: 0.5, causes: 0.25 }),
  likeness(0, [{ method: "rollout", correlation: 1 }]),
  likeness(1, [
    { method: "attention", correlation: -0.25 },
    { method: "causes", correlation: null },
  ]),
];

describe("how faithful the methods are", () => {
  const found = faithfulnessOf(measures, choice);
  const rowOf = (method: MapMethod) => found.rows.find((row) => row.method === method)!;

  it("is read from the newest curves that have the method, of this token and fill, over patches", () => {
    expect(rowOf("attention").areas).toEqual({ deletion: 0.75, insertion: 0.25 });
    expect(rowOf("rollout").areas).toEqual({ deletion: 0.5, insertion: 0.5 });
    expect(rowOf("causes").areas).toEqual({ deletion: 0.25, insertion: 0.75 });
    expect(rowOf("occlusion").areas).toBeUndefined();
    expect(found.random).toEqual({
      orders: 10,
      deletion: { area: 0.5, low: 0.375, high: 0.625 },
      insertion: { area: 0.5, low: 0.375, high: 0.625 },
    });
    expect(found.center).toEqual({ deletion: 0.375, insertion: 0.625 });
  });

  it("tells what was not measured from what has no number", () => {
    expect([rowOf("attention").likeness, rowOf("causes").likeness, rowOf("rollout").likeness]).toEqual([
      ...[-0.25, null, undefined],
    ]);
    expect(faithfulnessOf(undefined, choice)).toMatchObject({ random: undefined, center: undefined });
  });

  it("offers what is left, of the maps that are there; masking is not repeated with random weights", () => {
    const available: MapMethod[] = ["attention", "rollout", "relevancy.language", "causes", "occlusion"];
    expect(missingFaithfulness(found, { ...choice, available })).toEqual({
      curves: {
        kind: "curves",
        token: 1,
        over: "patches",
        methods: ["relevancy.language", "occlusion"],
        fill: "mean",
        seed: 0,
      },
      likeness: { kind: "random-weights", token: 1, methods: ["rollout", "relevancy.language"], seed: 0 },
    });
    expect(missingFaithfulness(found, { ...choice, available: ["attention", "causes"] })).toEqual({
      curves: undefined,
      likeness: undefined,
    });
  });

  it("is a table with baselines below, and a drawing once something was measured", () => {
    const { columns, rows } = faithfulnessTable(found);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(rows.at(-2)).toEqual([
      "Random order, mean of 10, with the 95 % interval",
      ...[0.5, 0.375, 0.625, 0.5, 0.375, 0.625, null],
    ]);
    expect(rows.at(-1)).toEqual(["Center first", 0.375, null, null, 0.625, null, null, null]);
    expect(rows[0]).toEqual(["Attention, mean", 0.75, null, null, 0.25, null, null, -0.25]);
    const drawing = faithfulnessFigure(found, { name: "“right”", fill: "mean" }).drawing?.();
    expect(drawing).toMatchObject({
      kind: "svg",
      markup: expect.stringMatching(/Random \(0\.38 to 0\.63\).*−0\.25/) as string,
    });
    expect(faithfulnessFigure(faithfulnessOf([], choice), { name: "“right”", fill: "mean" }).drawing).toBeUndefined();
  });
});

describe("after another target was explained", () => {
  it("is that of the target that the map explains now, and missing for others", () => {
    const method: MapMethod = "relevancy.language";
    const ofLogit = curves({ [method]: 0.25, attention: 0.5 });
    const rowOf = (measured: readonly MeasureResult[], target: string) =>
      faithfulnessOf(measured, { ...choice, targetOf: (each) => (each === method ? target : "logit") }).rows.find(
        (row) => row.method === method,
      )!;
    expect(rowOf([ofLogit], "logit").areas?.deletion).toBe(0.25);
    expect(rowOf([ofLogit], "contrast:left").areas).toBeUndefined();
    const ofContrast: CurvesResult = {
      ...ofLogit,
      methods: [{ ...ofLogit.methods[0]!, target: "contrast:left", deletion: curve(0.125) }],
    };
    expect(rowOf([ofLogit, ofContrast], "contrast:left").areas?.deletion).toBe(0.125);
    expect(rowOf([ofLogit, ofContrast], "logit").areas?.deletion).toBe(0.25);
  });
});
