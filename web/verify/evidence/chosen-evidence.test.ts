/** @file Tests of the evidence that the selection means. */
import { describe, expect, it } from "vitest";
import { defaultCausalSettings } from "../../../src/run/causes.ts";
import { findingOf } from "../../../test/support/causal-finding.ts";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf, rowsOf, type OpenRunParts } from "../../../test/support/open-run.ts";
import { ApiError } from "../../data/data-source.ts";
import { defaultSelection, type Selection } from "../../selection/selection.ts";
import { chosenEvidence } from "./chosen-evidence.ts";

const heads = { token: 0, layer: 1, image: [0.5, 3, 2], text: [2, 0.3, 0.5] };
const graph = findingOf({
  target: 16,
  nodes: [2, 5, 9, 16],
  edges: [],
  tree: {
    position: 16,
    children: [
      { position: 9, children: [{ position: 5, children: [] }] },
      { position: 2, children: [] },
    ],
  },
});
const arrived: OpenRunParts["findings"] = { headImportance: () => heads, causes: () => graph };
const relevancy = rowsOf(3, 20, (_, position) => position);
const evidence = (change: Partial<Selection>, parts: OpenRunParts = { findings: arrived }) =>
  chosenEvidence(openRunOf(parts), { ...defaultSelection, ...change }, 0);

describe("an explanation set", () => {
  it("is the set of the radius of the most important head's graph, with where it comes from", () => {
    expect(evidence({})).toEqual({
      evidence: { kind: "tokens", positions: [2, 5, 9] },
      source: { kind: "causes", layer: 1, head: 1, radius: 3, ...defaultCausalSettings },
      name: "explanation set, radius 3, layer 1, head 1",
      leftOut: 0,
    });
    expect(evidence({ radius: 1, causesVariant: "reference" })).toMatchObject({
      evidence: { positions: [2, 9] },
      source: { radius: 1, variant: "reference" },
      name: "explanation set, radius 1, layer 1, head 1, reference",
    });
  });

  it("leaves out what sees only padding, and what is predicted from there on", () => {
    const description = exampleDescription();
    const [first, ...others] = description.images;
    // The left column of the first picture lies beyond its edge.
    const padded = { ...first!, grids: [{ rows: 2, cols: 2, box: { left: -40, top: 0, width: 80, height: 30 } }] };
    const positions = { ...graph, radiusSets: [[0, 1, 2, 16, 17]] };
    expect(
      evidence({}, { description: { images: [padded, ...others] }, findings: { ...arrived, causes: () => positions } }),
    ).toMatchObject({ evidence: { positions: [2] }, leftOut: 4 });
  });

  it("says where there is nothing to mask, and what to do", () => {
    const empty = { ...graph, radiusSets: [] };
    expect(evidence({}, { findings: { ...arrived, causes: () => empty } })).toEqual({
      nothing:
        "Nothing to mask: no cause was found by layer 1, head 1 at these settings. Choose another head, a larger alpha or a lower threshold in Causes, or mask the top of a map.",
      tab: "causes",
    });
    const noGraph = { ...empty, noGraph: "One token is no graph." };
    expect(evidence({}, { findings: { ...arrived, causes: () => noGraph } })).toEqual({
      nothing: "One token is no graph.",
      tab: "causes",
    });
    const failure = new ApiError("not-recorded", "Not recorded.", 404);
    expect(evidence({}, { findings: { failureOfHeads: () => failure } })).toMatchObject({
      request: { methods: [], record: "full" },
    });
  });

  it("is on its way with its graph", () => {
    expect(evidence({}, { findings: { headImportance: () => heads } })).toBeUndefined();
    expect(evidence({}, {})).toBeUndefined();
  });
});

describe("the top of a map", () => {
  const tensors = { "relevancy.exact.language": relevancy };
  const top = { mask: "top" } as const;

  it("has as many tokens as the explanation set, and at least eight, whatever their kind", () => {
    expect(evidence(top, { tensors, findings: arrived })).toEqual({
      evidence: { kind: "tokens", positions: [7, 9, 10, 11, 12, 13, 14, 15] },
      source: { kind: "top", map: "relevancy.language" },
      name: "top of relevancy of the language model",
      leftOut: 0,
    });
    const many = { ...graph, radiusSets: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] };
    expect(evidence(top, { tensors, findings: { ...arrived, causes: () => many } })).toMatchObject({
      evidence: { positions: [5, 6, 7, 9, 10, 11, 12, 13, 14, 15] },
    });
  });

  it("has as many as are asked for, for which it needs no graph", () => {
    expect(evidence({ ...top, maskCount: 2 }, { tensors })).toMatchObject({ evidence: { positions: [14, 15] } });
    const failure = new Error("The server is away.");
    expect(evidence(top, { tensors, findings: { failureOfHeads: () => failure } })).toMatchObject({
      evidence: { positions: [7, 9, 10, 11, 12, 13, 14, 15] },
    });
  });

  it("is of any map of the catalogue: patches alone of one that has no numbers for text", () => {
    const rows = rowsOf(3, 10, (_, patch) => patch - 7);
    const parts = { tensors: { ...tensors, "lrp.vision": rows }, findings: arrived };
    // Patches 8 and 9 alone are above 0.
    expect(evidence({ ...top, maskMap: "lrp.vision" }, parts)).toEqual({
      evidence: { kind: "tokens", positions: [13, 14] },
      source: { kind: "top", map: "lrp.vision" },
      name: "top of relevance propagated to the input of the vision tower",
      leftOut: 0,
    });
    const below = { tensors: { "lrp.vision": rowsOf(3, 10, () => -1) }, findings: arrived };
    expect(evidence({ ...top, maskMap: "lrp.vision" }, below)).toEqual({
      nothing:
        "Nothing to mask: no token has a value above 0 in relevance propagated to the input of the vision tower. Choose another map.",
    });
  });

  it("is of the causes of all heads, as their graphs arrive", () => {
    const attention = new Float32Array(3 * 20);
    const of = (explanation: number[]) => ({ ...graph, explanation });
    const causes: NonNullable<OpenRunParts["findings"]>["causes"] = ({ head }) => of(head === 0 ? [2, 5] : [5, 9]);
    const choice = { ...top, maskMap: "causes", maskCount: 2 } as const;
    // Three heads: position 5 is in the sets of all, 9 in those of two.
    expect(evidence(choice, { attention, findings: { ...arrived, causes } })).toMatchObject({
      evidence: { positions: [5, 9] },
      source: { map: "causes" },
    });
    expect(evidence(choice, { attention, findings: { headImportance: () => heads } })).toBeUndefined();
  });

  it("offers the map where it was not computed, and waits for it", () => {
    expect(evidence(top)).toMatchObject({ request: { methods: ["relevancy"], variants: ["exact"] } });
    expect(evidence({ ...top, maskMap: "integrated-gradients" })).toMatchObject({
      request: { methods: ["integrated-gradients"] },
    });
    const methods = { relevancy: { tokens: [1, 2] } };
    expect(evidence(top, { tensors, findings: arrived, description: { methods } })).toMatchObject({
      request: { methods: ["relevancy"] },
    });
    expect(evidence(top, { tensors, findings: { headImportance: () => heads } })).toBeUndefined();
  });
});

describe("other evidence", () => {
  it("is what is selected: patches by their number among all image tokens, and words", () => {
    expect(evidence({ mask: "selection", patches: [4, 0], words: [6] })).toMatchObject({
      evidence: { kind: "tokens", positions: [1, 6, 9] },
      source: { kind: "selection" },
    });
    expect(evidence({ mask: "selection" })).toEqual({
      nothing: "Nothing is selected. Drag over patches of the picture, or click words of the question.",
    });
  });

  it("is the selected head, or the most important ones of its layer", () => {
    expect(evidence({ mask: "heads", layer: 0, head: 2 })).toMatchObject({
      evidence: { kind: "heads", heads: [{ layer: 0, head: 2 }] },
      name: "selected head, layer 0, head 2",
    });
    const ofLayer = { ...heads, layer: 1 };
    const findings = { headImportance: () => ofLayer };
    expect(evidence({ mask: "heads" }, { findings })).toMatchObject({ evidence: { heads: [{ layer: 1, head: 1 }] } });
    expect(evidence({ mask: "heads", maskCount: 2 }, { findings })).toMatchObject({
      evidence: {
        heads: [
          { layer: 1, head: 1 },
          { layer: 1, head: 2 },
        ],
      },
      name: "most important for the image, layer 1, heads 1 and 2",
    });
    expect(evidence({ mask: "heads", maskCount: 99 }, { findings })).toMatchObject({
      evidence: { heads: { length: 3 } },
    });
    expect(evidence({ mask: "heads" }, {})).toBeUndefined();
  });

  it("is every patch of every picture", () => {
    expect(evidence({ mask: "picture" })).toMatchObject({
      evidence: { positions: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14] },
      name: "whole picture",
    });
  });
});
