/** @file Tests of the graph that the selection means. */
import { describe, expect, it } from "vitest";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { defaultSelection } from "../selection/selection.ts";
import { chosenGraph, mostImportantHead, setAtRadius } from "./chosen-graph.ts";

const heads = { token: 1, layer: 1, image: [0.2, 3, 3], text: [5, 1 / 3, 1 / 3] };

describe("the graph of the selection", () => {
  it("is that of the last layer and of its most important head for the image", () => {
    const asked: unknown[] = [];
    const run = openRunOf({
      findings: {
        headImportance: (query) => {
          asked.push(query);
          return heads;
        },
      },
    });
    expect(chosenGraph(run, defaultSelection, 1)).toEqual({ token: 1, layer: 1, head: 1, ...defaultCausalSettings });
    expect(asked).toEqual([{ token: 1, layer: 1 }]);
  });

  it("is on its way with the importance of the heads, unless the head is chosen", () => {
    const run = openRunOf();
    expect(chosenGraph(run, defaultSelection, 0)).toBeUndefined();
    const selection = {
      ...defaultSelection,
      causesLayer: 0,
      causesHead: 2,
      alpha: 1e-3,
      causesVariant: "reference",
    } as const;
    expect(chosenGraph(run, selection, 0)).toEqual({
      ...defaultCausalSettings,
      token: 0,
      layer: 0,
      head: 2,
      alpha: 1e-3,
      variant: "reference",
    });
  });

  it("looks at the text where there is no picture", () => {
    expect(mostImportantHead({ image: [0, 0, 0], text: [0, 0, 0] })).toBe(0);
    expect(mostImportantHead({ image: [0, 0], text: [1, 2] })).toBe(1);
  });
});

describe("the set of a radius", () => {
  it("is the union of the levels up to it, each position once", () => {
    const finding = { radiusSets: [[4, 9], [2, 9], [11]] };
    expect([1, 2, 3].map((radius) => setAtRadius(finding, radius))).toEqual([
      [4, 9],
      [2, 4, 9],
      [2, 4, 9, 11],
    ]);
    expect(setAtRadius({ radiusSets: [] }, 3)).toEqual([]);
  });
});
