import { describe, expect, it } from "vitest";
import type { ReportStart } from "../../src/run/report-start.ts";
import { defaultSelection, type Selection } from "../selection/selection.ts";
import { readHash, writeHash } from "../selection/url.ts";
import { startSelection } from "./start-selection.ts";

describe("what a report opens at", () => {
  it.each<[ReportStart, Partial<Selection>]>([
    [
      { method: "attention", tokens: [4], layer: 5, head: 3 },
      { tab: "attention", tokens: [4], layer: 5, head: 3 },
    ],
    [
      { method: "attention", tokens: [0], layer: 2 },
      { tab: "attention", layer: 2, head: null },
    ],
    [
      { method: "rollout", tokens: [1] },
      { tab: "attention", flow: "rollout" },
    ],
    [
      { method: "lens", tokens: [1], layer: 0 },
      { tab: "layers", lensLayer: 1, lens: "token" },
    ],
    [
      { method: "relevancy", tokens: [2, 3], variant: "reference", map: "combined2" },
      { tab: "relevancy", variant: "reference", part: "combined2", scope: "word", tokens: [2, 3] },
    ],
    [
      { method: "lrp", tokens: [0], map: "vision" },
      { tab: "relevancy", part: "lrp.vision", scope: "token" },
    ],
    [
      { method: "lrp", tokens: [0], map: "language" },
      { tab: "relevancy", part: "lrp.language" },
    ],
    [
      { method: "grad-cam", tokens: [0] },
      { tab: "relevancy", part: "grad-cam" },
    ],
    [
      { method: "gradient-rollout", tokens: [0] },
      { tab: "relevancy", part: "gradient-rollout" },
    ],
    [
      { method: "minimal", tokens: [4], picture: 1 },
      { tab: "causes", causesShown: "verified", tokens: [4], picture: 1 },
    ],
    [
      { method: "flow", tokens: [4], edges: "all" },
      { tab: "causes", causesShown: "verified", flowEdges: "all" },
    ],
    [
      { method: "cleann", tokens: [4], layer: 5, head: 2 },
      { tab: "causes", causesShown: "head", causesLayer: 5, causesHead: 2 },
    ],
    [
      { method: "rollout", tokens: [0], picture: 1, hideSinks: true },
      { picture: 1, hideSinks: true },
    ],
  ])("%j", (start, expected) => {
    expect(startSelection(start)).toMatchObject(expected);
    const selection = { ...defaultSelection, ...startSelection(start) };
    expect(readHash(writeHash(selection))).toEqual(selection);
  });
});
