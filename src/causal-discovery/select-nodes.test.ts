import { describe, expect, it } from "vitest";
import { headGraph } from "./head-graph.ts";
import { headImportance } from "./importance.ts";
import { defaultCausalSettings } from "../run/causes.ts";
import { mostImageNodes, mostTextNodes, selectNodes } from "./select-nodes.ts";

// 0 beginning, 1 system, 2-3 a picture, 4 text, 5-6 another picture, 7-8 text, 9 the target, 10 after it.
const row = [0.5, 0.1, 0.02, 0.001, 0.03, 0.02, 0.004, 0.002, 0.2, 0.1, 0];
const imagePositions = [2, 3, 5, 6];
const select = (variant: "exact" | "reference", threshold = 0.005) =>
  selectNodes({ row, target: 9, imagePositions, options: { variant, threshold } });

describe("nodes of a head", () => {
  it("are image and text tokens above the threshold in exact, text between pictures included", () => {
    expect(select("exact")).toEqual({
      nodes: [2, 4, 5, 8, 9],
      selected: [5, 2, 4, 8, 9],
      leftOut: { image: 0, text: 0 },
    });
  });

  it("are as many image tokens as tokens lie above the threshold in reference", () => {
    // Seven tokens lie above it, two before the picture and the target among them: all four image tokens are taken.
    expect(select("reference").selected).toEqual([5, 2, 6, 3, 4, 8, 9]);
    expect(select("reference", 0.6).selected).toEqual([5, 2, 9]);
  });

  it("do not depend on the order of the image positions", () => {
    const shuffled = [6, 2, 5, 3];
    for (const variant of ["exact", "reference"] as const) {
      const options = { variant, threshold: 0.005 };
      expect(selectNodes({ row, target: 9, imagePositions: shuffled, options })).toEqual(select(variant));
    }
    expect(headImportance({ row, imagePositions: shuffled })).toEqual(headImportance({ row, imagePositions }));
  });

  it("are cut to the largest attention, and the cut is said", () => {
    const image = Array.from({ length: 80 }, (_, i) => i);
    const long = Float64Array.from({ length: 161 }, (_, i) => 0.01 + (i % 80) * 1e-4);
    const found = selectNodes({ row: long, target: 160, imagePositions: image, options: defaultCausalSettings });
    expect(found.leftOut).toEqual({ image: 80 - mostImageNodes, text: 80 - mostTextNodes });
    const kept = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + 80 - count + i);
    expect(found.nodes).toEqual([...kept(0, mostImageNodes), ...kept(80, mostTextNodes), 160]);
  });

  it("give the reason where there are too few", () => {
    const rowOf = () => row;
    const found = headGraph({
      rowOf,
      target: 9,
      imagePositions,
      options: { ...defaultCausalSettings, threshold: 0.9 },
    });
    expect(found).toMatchObject({ reason: "too few tokens", selection: { nodes: [9] } });
    expect("noGraph" in found && found.noGraph).toContain("0.9");
  });
});

it("a head's importance is its largest attention on the image by that on other tokens after it, and the reverse", () => {
  expect(headImportance({ row, imagePositions })).toEqual({ image: 0.02 / 0.2, text: 0.2 / 0.02 });
  expect(headImportance({ row, imagePositions: [] })).toEqual({ image: 0, text: 0.2 });
});

it("tokens that attend exactly alike make the reference variant give the reason, and the exact one go on", () => {
  // Every row is one of two directions or their sum, so that any four of them are singular.
  const first = [0.5, 0.5, 0, 0, 0, 0];
  const second = [0, 0, 0.5, 0.5, 0, 0];
  const both = [0.25, 0.25, 0.25, 0.25, 0, 0];
  const rows = [first, second, both, first, second, both];
  const learn = (variant: "exact" | "reference") =>
    headGraph({
      rowOf: (position) => rows[position]!,
      target: 5,
      imagePositions: [0, 1],
      options: { ...defaultCausalSettings, variant, threshold: 0 },
    });
  const exact = learn("exact");
  expect("graph" in exact && exact.graph.degenerate).toBeGreaterThan(0);
  expect(learn("reference")).toMatchObject({ reason: "singular" });
});
