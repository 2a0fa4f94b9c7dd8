/** @file Which measurements estimate edges, and what that keeps in memory. */
import { expect, test } from "vitest";
import type { CauseOrder } from "../run/measure-choices.ts";
import type { MinimalRequest } from "../run/measures.ts";
import { estimatesEdges, estimatesPlan } from "./flow-estimates.ts";

test("estimates keep the input of every layer and the output of the last", () => {
  const { languageTaps, keptStates } = estimatesPlan(6);
  expect(languageTaps).toHaveLength(7);
  expect(keptStates).toBeGreaterThan(0);
});

test("flow graphs, and minimal causes in the order of edges, estimate them", () => {
  const minimalOf = (order: CauseOrder): MinimalRequest => {
    return { kind: "minimal", token: 0, kinds: ["image"], order, nullSets: 99, score: "log-probability", seed: 0 };
  };
  expect(
    estimatesEdges({ kind: "flow", token: 0, bands: 3, edges: 40, randomGraphs: 9, score: "log-probability", seed: 0 }),
  ).toBe(true);
  const orders = ["edges", "best", "relevancy", "lrp"] as const;
  expect(orders.map((order) => estimatesEdges(minimalOf(order)))).toEqual([true, true, false, false]);
  expect(estimatesEdges({ kind: "grounding", seed: 0 })).toBe(false);
});
