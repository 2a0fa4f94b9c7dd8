import { describe, expect, it } from "vitest";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import { isMissing, type MapState, type PictureMap } from "../../map/picture-map.ts";
import { isSet } from "../../map/picture-set.ts";
import { defaultSelection, type Selection } from "../../selection/selection.ts";
import { compareMap } from "../compare-map.ts";
import { methodMapsFigure, scaleOnPicture } from "./method-maps-figure.ts";
import { methodsMap } from "./methods-map.ts";

const run = openRunOf({
  tensors: {
    "relevancy.exact.language": rowsOf(3, 20, (_, position) => position),
    "occlusion.1": { dims: [10], data: Float32Array.of(0.5, -0.5, 0.25, 0, 0, 0, 0, 0, 0, 0) },
  },
  description: {
    measures: [{ request: { kind: "occlusion", token: 1, fill: "noise", seed: 0 }, original: 0.75 }],
  },
});
const shown: Selection = { ...defaultSelection, tab: "compare", tokens: [1] };

function mapOf(state: MapState): PictureMap {
  if (state === undefined || isMissing(state)) throw new Error("There is no map.");
  return state;
}

describe("the map of a method on the picture", () => {
  it("is in shares of its largest patch, which stands beside it", () => {
    const map = mapOf(methodsMap(run, shown));
    expect(map.values[9]).toBe(1);
    expect(map.values[0]).toBeCloseTo(1 / 14, 6);
    expect(map).toMatchObject({
      subject: "Relevancy of the language model",
      detail: "for “t26”",
      unit: "share of the largest patch",
      note: "largest patch 14.000, relevancy, no unit",
    });
  });

  it("is of the first of several tokens, and says so", () => {
    expect(mapOf(methodsMap(run, { ...shown, tokens: [0, 1] })).detail).toBe(
      "for “t25”, the first of the selected tokens",
    );
  });

  it("says how patches were masked", () => {
    const map = mapOf(methodsMap(run, { ...shown, mapMethod: "occlusion" }));
    expect([...map.values.slice(0, 3)]).toEqual([1, -1, 0.5]);
    expect(map.detail).toBe("for “t26”, patches filled with noise");
    expect(map.format(map.values[1]!)).toBe("−1.00");
  });

  it("says what is missing, and waits for the token", () => {
    expect(methodsMap(run, { ...shown, mapMethod: "rollout" })).toMatchObject({ request: { methods: ["rollout"] } });
    const waiting = openRunOf({ tensors: { "relevancy.exact.language": "on its way" } });
    expect(methodsMap(waiting, { ...shown, tokens: null })).toBeUndefined();
  });

  it("gives way to the difference of two runs in their view alone", () => {
    const subjectOf = (compareView: Selection["compareView"]) => {
      const state = compareMap(run, { ...shown, compareView }, run);
      return state === undefined || isSet(state) ? undefined : mapOf(state).subject;
    };
    expect(subjectOf("runs")).toBe("Difference");
    expect(subjectOf("methods")).toBe("Relevancy of the language model");
    expect(subjectOf("grounding")).toBe("Relevancy of the language model");
  });
});

describe("the small maps", () => {
  it("reach from 0 to the largest patch on this picture that is drawn", () => {
    const values = Float32Array.of(0.25, 0.5, 1, -1);
    const patch = {} as never;
    const geometry = { byToken: new Map([0, 1, 3].map((token) => [token, patch])) };
    expect(scaleOnPicture(values, geometry)).toEqual({ min: 0, max: 0.5 });
    expect(scaleOnPicture(values, geometry, new Set([1]))).toEqual({ min: 0, max: 0.25 });
    expect(scaleOnPicture(values, undefined)).toEqual({ min: 0, max: 1 });
  });

  it("are a table in the unit of each method, with shares inside the selected patches", () => {
    const maps = [{ method: "causes", values: Float32Array.of(1, 0, 3, 0, 0, 0, 0, 0, 0, 0) }] as const;
    const figure = methodMapsFigure({ run, name: "“t26”", maps, patches: [2] });
    expect(figure.title).toBe("One token, one method");
    expect(figure.table().rows[2]).toEqual([2, 1, 0, 3]);
    expect(figure.table().columns.at(-1)).toMatchObject({ label: "Causes", unit: "share of heads" });
    expect(figure.settings!()).toEqual({ selectedPatches: 1, insideSelectedPatches: "Causes 0.75" });
    expect(methodMapsFigure({ run, name: "“t26”", maps, patches: [] }).settings!()).toEqual({});
  });
});
