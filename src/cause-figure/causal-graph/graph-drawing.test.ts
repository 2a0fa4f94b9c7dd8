/** @file Tests of the causal graph as SVG for exports. */
import { describe, expect, it } from "vitest";
import { figureColors } from "../../figure/figure-style.ts";
import { arrow, circle, findingOf, tail } from "../../../test/support/causal-finding.ts";
import { openRunOf } from "../../../test/support/open-run.ts";
import { graphEdges } from "./graph-edges.ts";
import { graphDrawing, graphKeys, type GraphExport } from "./graph-drawing.ts";
import { graphTokens } from "./graph-tokens.ts";
import { radialLayout } from "./layout/radial-layout.ts";

const finding = findingOf({
  token: 1,
  target: 17,
  nodes: [2, 6, 9, 15, 17],
  edges: [
    [9, tail, arrow, 17],
    [15, circle, arrow, 17],
    [2, circle, arrow, 9],
    [6, circle, arrow, 15],
  ],
  tree: {
    position: 17,
    children: [
      { position: 9, children: [{ position: 2, children: [] }] },
      { position: 15, children: [] },
    ],
  },
});
const tokens = graphTokens(openRunOf(), finding);
const edges = graphEdges(finding);
const drawn = radialLayout({ tree: finding.tree, tokens, edges, width: 500, height: 400 });
/** One edge is a heavy line, the others are light and dashed. */
const looks: GraphExport["lookOf"] = ({ a, b }) =>
  a === 9 && b === 17 ? { width: 2.4, isDashed: false } : { width: 0.9, isDashed: true };

function markup(radius: number, lookOf?: GraphExport["lookOf"]): string {
  return graphDrawing({
    drawn,
    radius,
    lookOf,
    pieceOf: (patch) => `data:image/png;base64,piece${patch}`,
  }).svg;
}

describe("an exported graph", () => {
  it("has the pieces of the picture in it, and words as text", () => {
    expect(markup(3).match(/<image /g)).toHaveLength(2);
    expect(markup(3)).toContain("data:image/png;base64,piece1");
    expect(markup(3)).toMatch(/>t23<\/text>/);
    expect(markup(3)).toMatch(/>t26<\/text>/);
    expect(markup(3)).not.toMatch(/var\(--|NaN/);
  });

  it("fades what lies beyond the radius: with radius 1 a patch, its edge, and what is not in the tree", () => {
    const faded = (radius: number): number => markup(radius).match(/<g opacity="0.38">/g)?.length ?? 0;
    expect(faded(3)).toBe(2);
    expect(faded(1)).toBe(4);
  });

  it("has dashed lines for the edges that are said to have them", () => {
    expect(markup(3)).not.toContain("stroke-dasharray");
    expect(markup(3, looks).match(/stroke-dasharray/g)).toHaveLength(3);
  });

  it("has a legend of marks, of what is there, and of the weight of lines", () => {
    expect(markup(3)).toContain("not a cause of the other end");
    const legend = graphKeys(tokens, "weight: frequency");
    expect(legend).toEqual({
      keys: [
        { color: figureColors.radius1, label: "radius 1" },
        { color: figureColors.radius2, label: "radius 2" },
        { color: figureColors.control, label: "not in the tree" },
        { color: figureColors.text, label: "question" },
      ],
      unit: "weight: frequency",
    });
  });
});
