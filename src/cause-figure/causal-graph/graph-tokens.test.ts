/** @file Tests of the names, distances and edges of a causal graph. */
import { describe, expect, it } from "vitest";
import { arrow, circle, findingOf, tail } from "../../../test/support/causal-finding.ts";
import { openRunOf } from "../../../test/support/open-run.ts";
import { edgeMeaning, edgeSymbol, graphEdges } from "./graph-edges.ts";
import { graphTokens, shortestDepths } from "./graph-tokens.ts";

const run = openRunOf();
/** The second answer token, at position 18, is read off position 17. */
const finding = findingOf({
  token: 1,
  target: 17,
  nodes: [2, 9, 6, 15, 16, 17],
  edges: [
    [2, circle, arrow, 17],
    [9, tail, arrow, 17],
    [6, arrow, arrow, 9],
    [15, circle, circle, 16],
    [2, arrow, tail, 6],
  ],
  tree: {
    position: 17,
    children: [
      { position: 2, children: [{ position: 6, children: [{ position: 9, children: [] }] }] },
      { position: 9, children: [] },
    ],
  },
});

describe("tokens of a graph", () => {
  it("stand as many steps from the explained one as their nearest place in the tree", () => {
    expect([...shortestDepths(finding.tree)]).toEqual([
      [17, 0],
      [2, 1],
      [9, 1],
      [6, 2],
    ]);
  });

  it("are patches by their place, words by their text, and the explained token by what it predicts", () => {
    const tokens = graphTokens(run, finding);
    expect(tokens.map(({ kind }) => kind)).toEqual(["patch", "patch", "question", "question", "text", "target"]);
    expect(tokens.map(({ radius }) => radius)).toEqual([1, 1, 2, Infinity, Infinity, 0]);
    expect(tokens[0]).toMatchObject({ patch: 1, name: "patch row 0, column 1 of picture 1" });
    expect(tokens[1]).toMatchObject({ patch: 4, name: "patch row 0, column 0 of picture 2" });
    expect(tokens[2]).toMatchObject({ label: "t21", name: "question “t21”" });
    expect(tokens[5]).toMatchObject({ label: "t26" });
  });

  it("from the last of the prompt on are named by what they read and by what they predict", () => {
    const [exact, reference] = (["exact", "reference"] as const).map(
      (variant) => graphTokens(run, { ...finding, variant })[4]!,
    );
    expect(exact).toMatchObject({ label: "t24", name: "template “t24”, where “t25” is predicted" });
    expect(reference).toMatchObject({ label: "t25", name: "“t25”, predicted where template “t24” is read" });
    const before = graphTokens(run, { ...finding, variant: "reference" })[3]!;
    expect(before).toMatchObject({ label: "t23", name: "question “t23”" });
  });

  it("of the answer know their place there", () => {
    const later = findingOf({ token: 2, target: 18, nodes: [17, 18], edges: [] });
    expect(graphTokens(run, later)[0]).toMatchObject({ kind: "text", answer: 0 });
  });
});

describe("edges of a graph", () => {
  it("have the mark of each end there", () => {
    expect(graphEdges(finding).map(({ a, atA, atB, b, inTree }) => [a, atA, atB, b, inTree])).toEqual([
      [2, "arrow", "tail", 6, true],
      [2, "circle", "arrow", 17, true],
      [9, "arrow", "arrow", 6, true],
      [9, "tail", "arrow", 17, true],
      [15, "circle", "circle", 16, false],
    ]);
  });

  it("are written as in papers, and told in words", () => {
    const told = ([atA, atB]: readonly ["circle" | "arrow" | "tail", "circle" | "arrow" | "tail"]) => [
      edgeSymbol({ atA, atB }),
      edgeMeaning({ atA, atB }, "A", "B"),
    ];
    expect(told(["tail", "arrow"])).toEqual(["-->", "A is a cause of B"]);
    expect(told(["arrow", "tail"])).toEqual(["<--", "B is a cause of A"]);
    expect(told(["arrow", "arrow"])).toEqual(["<->", "neither A nor B is a cause of the other"]);
    expect(told(["circle", "arrow"])).toEqual(["o->", "B is not a cause of A"]);
    expect(told(["circle", "circle"])).toEqual(["o-o", "between A and B nothing is decided"]);
  });
});
