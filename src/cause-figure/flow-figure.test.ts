/** @file Tests of the drawing of a flow graph: lanes, columns, thickness, and which edges are drawn. */
import { describe, expect, it } from "vitest";
import type { FlowResult } from "../run/measures.ts";
import { drawFlow, flowLegend } from "./flow-figure.ts";
import { layOutFlow } from "./flow-layout.ts";
import { svgText } from "../figure/svg-text.ts";

const groups: FlowResult["groups"] = [
  { name: "predicts “right”", kind: "target", positions: [41] },
  { name: "“arrow”", kind: "words", positions: [20] },
  { name: "region 2", kind: "region", positions: [9, 10] },
  { name: "region 1", kind: "region", positions: [5, 6] },
  { name: "“<b>”", kind: "words", positions: [25] },
];
const edge = ([from, to]: [number[], number[]], first: number, effect: number | null, kept: boolean) => ({
  from,
  to,
  layers: [first, first + 1] as const,
  estimate: 0.5,
  effect,
  kept,
});
const edges: FlowResult["edges"] = [
  edge([[5, 6], [41]], 2, 2, true),
  edge([[5, 6], [20]], 0, -1, true),
  edge([[9, 10], [41]], 0, 0.1, false),
  edge([[25], [41]], 2, null, false),
];
const room = { left: 100, right: 500, laneHeight: 20, thickest: 10 };

describe("layOutFlow", () => {
  it("gives a lane to each group that a shown edge touches, pictures first and the target last", () => {
    const lanes = (choice: "kept" | "measured" | "all") =>
      layOutFlow({ groups, edges }, { ...room, choice }).lanes.map(({ group }) => group);
    expect(lanes("kept")).toEqual([3, 1, 0]);
    expect(lanes("measured")).toEqual([3, 2, 1, 0]);
    expect(lanes("all")).toEqual([3, 2, 1, 4, 0]);
    expect(layOutFlow({ groups, edges: [] }, { ...room, choice: "all" }).lanes).toEqual([{ group: 0, y: 10 }]);
  });

  it("leads each edge through the column of its layers, as thick as its effect is large", () => {
    const { links, bands, largest } = layOutFlow({ groups, edges }, { ...room, choice: "all" });
    expect(bands.map(({ layers, left, right }) => [layers[0], left, right])).toEqual([
      [0, 100, 300],
      [2, 300, 500],
    ]);
    expect(largest).toBe(2);
    expect(links.map((link) => [link.edge, link.width, link.start.x, link.end.x, link.isMeasured])).toEqual([
      [2, 1, 100, 300, true],
      [3, 2.5, 300, 500, false],
      [1, 5, 100, 300, true],
      [0, 10, 300, 500, true],
    ]);
  });
});

describe("drawFlow", () => {
  it("dashes what is only estimated, and says so", () => {
    const dashes = (choice: "kept" | "all") =>
      drawFlow({ result: { groups, edges }, choice, width: 600 }, svgText).svg.match(/stroke-dasharray/g)?.length ?? 0;
    expect([dashes("kept"), dashes("all")]).toEqual([0, 1]);
    const legend = (choice: "kept" | "all") => flowLegend({ result: { groups, edges }, choice }, "log-probability");
    expect(legend("kept")).not.toContain("dashed");
    expect(legend("all")).toContain("dashed: estimated, not measured");
    expect(legend("kept")).toContain("purple: the answer gets likelier without it");
  });

  it("keeps every coordinate inside the drawing, and names as text", () => {
    const drawing = drawFlow({ result: { groups, edges }, choice: "all", width: 420 }, svgText);
    for (const [, name, value] of drawing.svg.matchAll(/ (x|x1|x2|cx|y|y1|y2|cy)="([-\d.]+)"/g)) {
      expect(Number(value)).toBeGreaterThanOrEqual(0);
      expect(Number(value)).toBeLessThanOrEqual(name!.includes("x") ? drawing.width : drawing.height);
    }
    expect(drawing.svg).toContain("“&lt;b&gt;”");
  });
});
