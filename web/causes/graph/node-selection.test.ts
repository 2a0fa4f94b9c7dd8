/** @file Tests of what a click on a token of the graph selects. */
import { describe, expect, it } from "vitest";
import { findingOf } from "../../../test/support/causal-finding.ts";
import { openRunOf } from "../../../test/support/open-run.ts";
import { nodeSentence } from "./graph-facts.ts";
import { graphTokens } from "../../../src/cause-figure/causal-graph/graph-tokens.ts";
import { isSelected, selectedWith } from "./node-selection.ts";
import { stabilityFacts } from "../stability-facts.ts";

const run = openRunOf();
const finding = findingOf({ token: 2, target: 18, nodes: [9, 15, 16, 17, 18], edges: [] });
const [patch, question, template, answer, target] = graphTokens(run, finding) as [
  ReturnType<typeof graphTokens>[number],
  ...ReturnType<typeof graphTokens>,
];
const nothing = { patches: [], words: [], tokens: null };

describe("a click on a token of the graph", () => {
  it("adds a patch or takes it away", () => {
    expect(selectedWith({ ...nothing, patches: [1, 7] }, patch, run.layout)).toEqual({ patches: [1, 4, 7] });
    expect(selectedWith({ ...nothing, patches: [1, 4] }, patch, run.layout)).toEqual({ patches: [1] });
    expect(isSelected({ ...nothing, patches: [1, 4] }, patch)).toBe(true);
  });

  it("adds the whole word of the question that the token is a piece of", () => {
    expect(selectedWith(nothing, question!, run.layout)).toEqual({ words: [15] });
    const layout = { allQuestionWords: [{ positions: [14, 15], text: "saucer" }] };
    expect(selectedWith(nothing, question!, layout)).toEqual({ words: [14, 15] });
    expect(selectedWith({ ...nothing, words: [14, 15] }, question!, layout)).toEqual({ words: [] });
  });

  it("explains a token of the answer, and does nothing on the template and the explained token", () => {
    expect(selectedWith(nothing, answer!, run.layout)).toEqual({ tokens: [0] });
    expect(selectedWith(nothing, template!, run.layout)).toBeUndefined();
    expect(selectedWith(nothing, target!, run.layout)).toBeUndefined();
  });
});

describe("a token in a sentence", () => {
  it("has its name, its distance, and how often it explains once that is known", () => {
    const facts = stabilityFacts("settings", { count: 30, edges: [], explaining: [{ position: 9, count: 21 }] });
    expect(nodeSentence({ token: { ...patch, radius: 1 } }, undefined)).toBe(
      "Patch row 0, column 0 of picture 2, radius 1",
    );
    expect(nodeSentence({ token: patch }, facts)).toBe(
      "Patch row 0, column 0 of picture 2, not in the tree, in the explanation set in 21 of 30 settings",
    );
  });
});
