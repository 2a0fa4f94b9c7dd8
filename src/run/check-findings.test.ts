/** @file Causal graphs and measurements of a run from elsewhere: what they name must be there. */
import { describe, expect, test } from "vitest";
import { exampleCauses, exampleDescription, exampleMeasures } from "../../test/support/example-run.ts";
import { resultsOf, sameRequest, type MeasureResult, type VerifyResult } from "./measures.ts";
import type { RunDescription } from "./types.ts";
import { parseDescription } from "./validate.ts";

const parse = (change: Partial<RunDescription>): RunDescription =>
  parseDescription(JSON.stringify({ ...exampleDescription(), ...change }), { file: "x" });

const minimal = resultsOf(exampleMeasures, "minimal")[0]!;
const cleann = resultsOf(exampleMeasures, "cleann")[0]!;
const patching = resultsOf(exampleMeasures, "patching")[0]!;

describe("findings in a run", () => {
  test("come back as they were", () => {
    const { causes, measures } = parse({});
    expect(causes).toEqual([exampleCauses]);
    expect(measures).toEqual(exampleMeasures);
  });

  test.each([
    [{ token: 3 }, "causes[0] names 3, but the run has 3 answer tokens"],
    [{ layer: 9 }, "causes[0] names 9"],
    [{ nodes: [2, 99_999] }, "causes[0] names 99999"],
    [{ tree: { position: 16, children: [{ position: 700, children: [] }] } }, "causes[0] names 700"],
  ])("of a graph with %j are refused", (change, message) => {
    expect(() => parse({ causes: [{ ...exampleCauses, ...change }] })).toThrow(message);
  });

  test.each([
    ["verify", { request: { ...exampleMeasures[0]!.request, evidence: { kind: "tokens", positions: [500] } } }],
    [
      "verify",
      { request: { ...exampleMeasures[0]!.request, evidence: { kind: "edges", edges: [{ from: [1], to: [500] }] } } },
    ],
    ["verify", { request: { ...exampleMeasures[0]!.request, token: 77 } }],
    ["verify", { topAttention: { positions: [500], masked: { score: 0, probability: 0 } } }],
    ["verify", { leftOut: [500] }],
    ["place", { request: { ...exampleMeasures[5]!.request, positions: [500] } }],
    ["picture-noise", { explaining: [{ position: 500, count: 1 }] }],
    ["grounding", { tokens: [] }],
    ["flow", { groups: [{ name: "a", kind: "words", positions: [500] }] }],
    ["flow", { edges: [{ from: [1], to: [500], layers: [0, 0], estimate: 1, effect: null, kept: false }] }],
    ["flow", { edges: [{ from: [1], to: [2], layers: [0, 2], estimate: 1, effect: null, kept: false }] }],
    ["cleann", { heads: [{ ...cleann.heads[0]!, sets: [[500]] }] }],
    ["cleann", { request: { ...cleann.request, layer: 2 } }],
    ["patching", { request: { ...patching.request, region: [500] } }],
    ["patching", { groups: [{ name: "a", kind: "words", positions: [500] }] }],
    ["patching", { bands: [[0, 2]] }],
    ["patching", { prior: [{ layer: 9, head: 0, removed: 1, off: 1 }] }],
    ["minimal", { text: { ...minimal.text, sets: [{ ...minimal.image!.sets[0]!, positions: [500] }] } }],
  ] as const)("of a %s with %j are refused", (kind, change) => {
    const result = exampleMeasures.find(({ request }) => request.kind === kind)!;
    expect(() => parse({ measures: [{ ...result, ...change } as MeasureResult] })).toThrow("x: the run's measures[0]");
  });

  test("are refused where a field is not what it must be", () => {
    const [verify] = exampleMeasures;
    const parts = (verify as VerifyResult).parts.map((part) => ({ ...part, verdict: "certain" }));
    const wrong = { ...verify, parts } as unknown as MeasureResult;
    expect(() => parse({ measures: [wrong] })).toThrow("x: the run's");
    let tree: unknown = { position: 2, children: [] };
    for (let depth = 0; depth < 10; depth++) tree = { position: 2, children: [tree] };
    expect(() => parse({ causes: [{ ...exampleCauses, tree: tree as typeof exampleCauses.tree }] })).toThrow(
      "is not valid",
    );
  });
});

test("requests are the same whatever the order of their fields", () => {
  const [{ request }] = exampleMeasures as [MeasureResult];
  const turned = Object.fromEntries(Object.entries(request).reverse()) as unknown as typeof request;
  expect(sameRequest(request, turned)).toBe(true);
  expect(sameRequest(request, { ...request, seed: 1 })).toBe(false);
  expect(resultsOf(exampleMeasures, "place")).toEqual([exampleMeasures[5]]);
  expect(resultsOf(undefined, "place")).toEqual([]);
});
