/** @file Tests of how often a graph comes back, and of its tables. */
import { describe, expect, it } from "vitest";
import { arrow, circle, findingOf, tail } from "../../test/support/causal-finding.ts";
import { openRunOf } from "../../test/support/open-run.ts";
import { graphEdges } from "../../src/cause-figure/causal-graph/graph-edges.ts";
import { countPhrases, graphTable } from "./graph/graph-table.ts";
import { graphTokens } from "../../src/cause-figure/causal-graph/graph-tokens.ts";
import {
  edgeLook,
  edgeShare,
  frequencyText,
  stabilityFacts,
  stabilitySentence,
  stabilityTable,
} from "./stability-facts.ts";

const facts = stabilityFacts("settings", {
  count: 30,
  edges: [
    { a: 2, b: 17, count: 21 },
    { a: 6, b: 9, count: 6 },
    { a: 9, b: 17, count: 30 },
  ],
  explaining: [
    { position: 2, count: 21 },
    { position: 9, count: 30 },
  ],
});
const finding = findingOf({
  token: 1,
  target: 17,
  nodes: [2, 6, 9, 17],
  edges: [
    [2, circle, arrow, 17],
    [6, tail, arrow, 9],
    [2, arrow, arrow, 6],
  ],
  tree: { position: 17, children: [{ position: 2, children: [] }] },
});

describe("the frequency of an edge", () => {
  it("is its share of the graphs, whichever end comes first, and 0 for one that never came back", () => {
    expect(edgeShare(facts, 17, 2)).toBe(0.7);
    expect(edgeShare(facts, 2, 6)).toBe(0);
    expect(edgeShare(undefined, 2, 17)).toBeUndefined();
  });

  it("is said as a count", () => {
    expect(frequencyText(facts, 21)).toBe("in 21 of 30 settings");
    expect(frequencyText({ ...facts, kind: "noise", count: 20 }, 3)).toBe(
      "in 3 of 20 repeats with noise on the attention",
    );
  });

  it("makes the line heavier, dashed below half, and even while it is not known", () => {
    expect(edgeLook(undefined).isDashed).toBe(false);
    expect([0, 0.49, 0.5, 1].map((share) => edgeLook(share).isDashed)).toEqual([true, true, false, false]);
    expect(edgeLook(1).width).toBeGreaterThan(edgeLook(0.5).width);
  });

  it("is told of the edges that are drawn", () => {
    expect(stabilitySentence(facts, graphEdges(finding))).toBe(
      "1 of 3 edges of this graph come back in half or more of 30 settings; mean frequency 0.30.",
    );
  });
});

describe("tables", () => {
  it("of stability list explaining tokens, then edges, the most frequent first", () => {
    const { rows } = stabilityTable(facts, (position) => `at ${position}`);
    expect(rows).toEqual([
      ["explaining token", "at 9", 9, "", null, 30, 1],
      ["explaining token", "at 2", 2, "", null, 21, 0.7],
      ["edge", "at 9", 9, "at 17", 17, 30, 1],
      ["edge", "at 2", 2, "at 17", 17, 21, 0.7],
      ["edge", "at 6", 6, "at 9", 9, 6, 0.2],
    ]);
  });

  it("of the graph list tokens, then edges with the marks at both ends", () => {
    const run = openRunOf();
    const listed = { tokens: graphTokens(run, finding), edges: graphEdges(finding) };
    const { rows, columns } = graphTable({ ...listed, stability: facts });
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(rows.slice(0, 4).map((row) => [row[2], row[3], row[10]])).toEqual([
      [2, "radius 1", 0.7],
      [6, "not in the tree", 0],
      [9, "not in the tree", 1],
      [17, "explained", null],
    ]);
    expect(rows.slice(4).map((row) => [row[2], row[4], row[6], row[7], row[8], row[9], row[10]])).toEqual([
      [2, "<->", 6, "not a cause", "not a cause", "", 0],
      [2, "o->", 17, "not decided", "not a cause", "yes", 0.7],
      [6, "-->", 9, "a cause", "not a cause", "", 0.2],
    ]);
    expect(graphTable(listed).rows.every((row) => row[10] === null)).toBe(true);
  });

  it("have what was counted beside them", () => {
    const counted = { ...finding, testsBySize: [6, 4, 0, 2], conflicts: 1, leftOut: { image: 3, text: 1 }, cutAt: 4 };
    expect(countPhrases(counted, 3)).toEqual([
      "4 tokens, 3 edges",
      "tests: 6 given 0, 4 given 1, 2 given 3",
      "1 mark overwritten",
      "0 singular tests",
      "left out: 3 patches, 1 text token",
      "search cut at sets of 4",
    ]);
    expect(countPhrases({ ...finding, testsBySize: [] }, 1)).toContain("tests: none");
  });
});
