/** @file Tests of the explanation sets by radius, on the page and on the picture. */
import { describe, expect, it } from "vitest";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import type { VerifyRequest, VerifyResult } from "../../src/run/measures.ts";
import { arrow, circle, findingOf } from "../../test/support/causal-finding.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { ApiError } from "../data/data-source.ts";
import { isSet } from "../map/picture-set.ts";
import { defaultSelection } from "../selection/selection.ts";
import { causesMap, setOfFinding } from "./causes-map.ts";
import { changeOf, explanationSets, setsTable, sizeText } from "./explanation-sets.ts";

/** Patches at 2, 9 and 12; question words at 6 and 15. */
const finding = findingOf({
  token: 1,
  target: 17,
  nodes: [2, 6, 9, 12, 15, 17],
  edges: [
    [9, circle, arrow, 17],
    [15, circle, arrow, 17],
    [2, circle, arrow, 9],
    [6, circle, arrow, 2],
  ],
  tree: {
    position: 17,
    children: [
      { position: 9, children: [{ position: 2, children: [{ position: 6, children: [] }] }] },
      { position: 15, children: [{ position: 9, children: [] }] },
    ],
  },
});

function testOf(changes: Partial<VerifyRequest>, masked: number): VerifyResult {
  const source = { kind: "causes", layer: 1, head: 2, radius: 1, ...defaultCausalSettings } as const;
  const evidence = { kind: "tokens", positions: [9, 15] } as const;
  const request = {
    kind: "verify",
    token: 1,
    evidence,
    source,
    fill: "mean",
    confirm: [],
    score: "log-probability",
    nulls: ["shifted"],
    sets: 99,
    seed: 0,
    minimal: false,
  } as const;
  const answer = { text: "", tokens: [] };
  return {
    request: { ...request, ...changes },
    original: { score: Math.log(0.9), probability: 0.9 },
    masked: { score: Math.log(masked), probability: masked },
    answer,
    parts: [],
    leftOut: [],
  };
}

describe("explanation sets", () => {
  const run = openRunOf();

  it("hold all tokens within the radius, and say which are new at it: patches before words", () => {
    const sets = explanationSets(run, finding, undefined);
    expect(sets.map(({ positions }) => positions)).toEqual([
      [9, 15],
      [2, 9, 15],
      [2, 6, 9, 15],
    ]);
    expect(sets.map(({ added }) => added.map(({ position }) => position))).toEqual([[9, 15], [2], [6]]);
    expect(sets.map(sizeText)).toEqual(["1 patch, 1 word", "2 patches, 1 word", "2 patches, 2 words"]);
    expect(sizeText({ patches: 0, words: 0 })).toBe("nothing");
  });

  it("stay the same where the tree ends before the radius", () => {
    const short = findingOf({
      ...finding,
      edges: [],
      tree: { position: 17, children: [{ position: 9, children: [] }] },
    });
    const sets = explanationSets(run, { ...short, radiusSets: [[9]] }, undefined);
    expect(sets.map(({ positions }) => positions)).toEqual([[9], [9], [9]]);
    expect(sets.map(({ added }) => added.length)).toEqual([1, 0, 0]);
  });

  it("have the change of the newest test of this token, graph and radius", () => {
    const other = { kind: "causes", layer: 1, head: 2, radius: 1, ...defaultCausalSettings, alpha: 1e-3 } as const;
    const measures = [
      testOf({}, 0.8),
      testOf({ fill: "blur" }, 0.3),
      testOf({ token: 0 }, 0.1),
      testOf({ source: other }, 0.1),
      testOf({ source: { kind: "selection" } }, 0.1),
    ];
    const sets = explanationSets(run, finding, measures);
    expect(changeOf(sets[0]!)).toBeCloseTo(-0.6);
    expect(sets[0]!.test!.request.fill).toBe("blur");
    expect(sets.slice(1).map(changeOf)).toEqual([undefined, undefined]);
  });

  it("are a table of tokens by the radius at which they first stand", () => {
    const { rows } = setsTable(explanationSets(run, finding, [testOf({}, 0.8)]));
    expect(rows).toEqual([
      [1, "patch row 0, column 0 of picture 2", 9, 1, 1, 0.9, 0.8, "mean"],
      [1, "question “t23”", 15, 1, 1, 0.9, 0.8, "mean"],
      [2, "patch row 0, column 1 of picture 1", 2, 2, 1, null, null, ""],
      [3, "question “t21”", 6, 2, 2, null, null, ""],
    ]);
  });
});

describe("the set on the picture", () => {
  const heads = { token: 1, layer: 1, image: [0, 0, 1], text: [0, 0, 1] };
  const selection = { ...defaultSelection, tokens: [1], radius: 2 };

  it("has a group for each radius up to the chosen one, with its words", () => {
    const set = setOfFinding(openRunOf(), finding, 2);
    expect(set.detail).toBe("radius 1 to 2 of “t26”, layer 1, head 2, exact, 2 patches, 1 word");
    expect(set.groups).toEqual([
      { patches: [4], style: "radius1", label: "radius 1" },
      { patches: [1], style: "radius2", label: "radius 2" },
    ]);
    expect(set.words).toEqual([{ text: "t23", from: "question" }]);
    expect(set.veil).toBe(true);
  });

  it("is on its way with its graph, and there with it", () => {
    const findings = { headImportance: () => heads };
    expect(causesMap(openRunOf({ findings }), selection)).toBeUndefined();
    expect(isSet(causesMap(openRunOf({ findings: { ...findings, causes: () => finding } }), selection))).toBe(true);
  });

  it("says what is missing where attention was not recorded, and why else there is none", () => {
    const notRecorded = { failureOfHeads: () => new ApiError("not-recorded", "no row", 404) };
    expect(causesMap(openRunOf({ findings: notRecorded }), selection)).toMatchObject({
      request: { methods: [], record: "full" },
    });
    const away = { failureOfHeads: () => new Error("The server is away.") };
    expect(causesMap(openRunOf({ findings: away }), selection)).toEqual({ missing: "The server is away." });
    const none = { headImportance: () => heads, causes: () => ({ ...finding, noGraph: "Too few tokens." }) };
    expect(causesMap(openRunOf({ findings: none }), selection)).toEqual({ missing: "Too few tokens." });
    const alone = { headImportance: () => heads, causes: () => ({ ...finding, explanation: [] }) };
    expect(causesMap(openRunOf({ findings: alone }), selection)).toMatchObject({
      missing: "No cause was found by layer 1, head 2 at these settings.",
    });
  });
});
