/** @file Tests of edges of attention as the selection names them. */
import { describe, expect, it } from "vitest";
import { openRunOf } from "../../../test/support/open-run.ts";
import { defaultSelection, type Selection } from "../../selection/selection.ts";
import { chosenEvidence } from "./chosen-evidence.ts";
import { choiceOfEdge } from "./edge-evidence.ts";

const run = openRunOf({});
const chosen = (change: Partial<Selection>) => {
  return chosenEvidence(run, { ...defaultSelection, mask: "edges", ...change }, 0);
};
// Image tokens stand at 1 to 4 and 9 to 14, question words at 5, 6 and 15; position 16 predicts the first answer token.
const [question, last] = [[5, 6, 15], 16];

describe("blocked attention", () => {
  it("goes from what is selected to the position that predicts the token", () => {
    expect(chosen({ patches: [1, 2], words: [5] })).toEqual({
      evidence: { kind: "edges", edges: [{ from: [2, 3, 5], to: [last] }] },
      source: { kind: "selection" },
      name: "attention of the last position to my selection",
      leftOut: 0,
    });
  });

  it("may be of words, to all of the picture, in some layers and heads", () => {
    expect(chosen({ edgesFrom: "picture", edgesTo: "words", words: [6], edgeLayers: [0, 1], edgeHeads: [2] })).toEqual({
      evidence: {
        kind: "edges",
        edges: [{ from: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14], to: [6], layers: [0, 1], heads: [2] }],
      },
      source: { kind: "selection" },
      name: "attention of selected words to the picture, layers 0 to 1, head 2",
      leftOut: 0,
    });
    expect(chosen({ edgesTo: "words", patches: [0], words: [6] })).toMatchObject({
      evidence: { edges: [{ from: [1], to: [6] }] },
    });
    expect(chosen({ edgesFrom: "question", edgesTo: "question" })).toMatchObject({
      evidence: { edges: [{ from: question, to: question }] },
    });
  });

  it("needs two ends", () => {
    expect(chosen({})).toMatchObject({ nothing: expect.stringContaining("No edge begins anywhere: drag") as string });
    expect(chosen({ edgesFrom: "picture", edgesTo: "words" })).toMatchObject({
      nothing: "No edge ends anywhere: click the words of the question whose attention is blocked.",
    });
  });

  it("is chosen again by what was selected", () => {
    const selections: Partial<Selection>[] = [
      { edgesFrom: "selection", edgesTo: "last", patches: [1, 2], words: [5], edgeLayers: [], edgeHeads: [] },
      { edgesFrom: "picture", edgesTo: "words", patches: [], words: [6], edgeLayers: [1], edgeHeads: [0] },
      { edgesFrom: "picture", edgesTo: "last", edgeLayers: [0, 1], edgeHeads: [] },
      { edgesFrom: "question", edgesTo: "question", edgeLayers: [], edgeHeads: [] },
    ];
    for (const selection of selections) {
      const state = chosen(selection);
      const edges = state && "evidence" in state && state.evidence.kind === "edges" ? state.evidence.edges : [];
      expect(choiceOfEdge(run, 0, edges)).toEqual({ mask: "edges", ...selection });
    }
    expect(choiceOfEdge(run, 0, [{ from: [0], to: [3] }])).toBeUndefined();
  });
});
