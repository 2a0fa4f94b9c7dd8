import { expect, it } from "vitest";
import { groupNames, patternOf } from "./tensor-groups.ts";

it("takes numbers between dots for layers, and no other digits", () => {
  expect(patternOf("model.layers.12.mlp.experts.3.w1.weight")).toBe("model.layers.N.mlp.experts.N.w1.weight");
  expect(patternOf("linear_1.weight")).toBe("linear_1.weight");
});

it("counts names of one pattern, in the order in which patterns come", () => {
  const names = ["b.0.x", "a", "b.1.x", "b.11.x"];
  expect(groupNames(names)).toEqual([
    { pattern: "b.N.x", count: 3, example: "b.0.x" },
    { pattern: "a", count: 1, example: "a" },
  ]);
});
