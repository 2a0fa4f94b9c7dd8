/** @file Tests of the evidence that the selection means. */
import { describe, expect, it } from "vitest";
import { defaultCausalSettings } from "../../../src/run/causes.ts";
import { findingOf } from "../../../test/support/causal-finding.ts";
import { exampleDescription } from "../../../test/support/example-run.ts";
import { openRunOf, rowsOf } from "../../../test/support/open-run.ts";
import type { OpenRunParts } from "../../../test/support/open-run.ts";
import { ApiError } from "../../data/data-source.ts";
import { defaultSelection } from "../../selection/selection.ts";
import type { Selection } from "../../selection/selection.ts";
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
        "Nothing to mask: no cause was found by layer 1, head 1 at these settings. Choose another head, a larger alpha or a lower threshold in Causes, or mask the top relevancy.",
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

describe("the top of relevancy", () => {
  const tensors = { "relevancy.exact.language": relevancy };

  it("has as many question words as the explanation set, and at least eight patches", () => {
    // The ten patches are 1 to 4 and 9 to 14; the words of the question 5, 6 and 15, of which one is in the set.
    expect(evidence({ mask: "top" }, { tensors, findings: arrived })).toEqual({
      evidence: { kind: "tokens", positions: [3, 4, 9, 10, 11, 12, 13, 14, 15] },
      source: { kind: "top", map: "relevancy.language" },
      name: "top relevancy",
      leftOut: 0,
    });
  });

  it("has as many patches as are asked for", () => {
    expect(evidence({ mask: "top", maskCount: 2 }, { tensors, findings: arrived })).toMatchObject({
      evidence: { positions: [13, 14, 15] },
    });
  });

  it("has no words where there is no graph", () => {
    const failure = new Error("The server is away.");
    expect(
      evidence({ mask: "top", maskCount: 1 }, { tensors, findings: { failureOfHeads: () => failure } }),
    ).toMatchObject({ evidence: { positions: [14] } });
  });

  it("offers relevancy where it was not computed, and waits for it", () => {
    expect(evidence({ mask: "top" })).toMatchObject({ request: { methods: ["relevancy"], variants: ["exact"] } });
    const methods = { relevancy: { tokens: [1, 2] } };
    expect(evidence({ mask: "top" }, { tensors, findings: arrived, description: { methods } })).toMatchObject({
      request: { methods: ["relevancy"] },
    });
    expect(evidence({ mask: "top" }, { tensors, findings: { headImportance: () => heads } })).toBeUndefined();
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
