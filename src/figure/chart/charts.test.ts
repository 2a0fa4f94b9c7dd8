/** @file Tests of the geometry of the charts. */
import { describe, expect, it } from "vitest";
import type { CurvesResult, NullTest, VerifyResult } from "../../run/measures.ts";
import { exampleMeasures } from "../../../test/support/example-run.ts";
import { nullChart } from "./null-chart.ts";
import { spread, type Chart, type ChartMark, type MarkLook } from "./chart.ts";
import { chartDrawing } from "./chart-markup.ts";
import { bandPath, curveChart, curvePath } from "./curve-chart.ts";

const marks = <K extends ChartMark["kind"]>(chart: Chart, kind: K, look?: MarkLook) =>
  chart.marks.filter(
    (mark): mark is Extract<ChartMark, { kind: K }> => mark.kind === kind && (look === undefined || mark.look === look),
  );
const texts = (chart: Chart): string[] => marks(chart, "text").map(({ text }) => text);

describe("names at the ends of lines", () => {
  const room = { apart: 12, top: 0, bottom: 120 };

  it("stay where they are where there is room", () => {
    expect(spread([10, 50, 30], room)).toEqual([10, 50, 30]);
    expect(spread([], room)).toEqual([]);
  });

  it("move apart around their mean, in their order, and leave others alone", () => {
    expect(spread([20, 20, 100], room)).toEqual([14, 26, 100]);
    expect(spread([22, 20, 21], room)).toEqual([33, 9, 21]);
  });

  it("stay inside of the chart", () => {
    expect(spread([0, 0, 50], room)).toEqual([0, 12, 50]);
    expect(spread([120, 119, 121], room)).toEqual([108, 96, 120]);
  });
});

describe("the chart of a test against null sets", () => {
  const [result] = exampleMeasures as [VerifyResult];
  const [shifted, random, others] = result.parts[0]!.tests as [NullTest, NullTest, NullTest];
  const chart = nullChart([shifted, random, others], "log-probability");
  const dotsOf = (falls: readonly number[], width?: number) =>
    marks(nullChart([{ ...shifted, falls }], "score", width), "circle", "dot");

  it("has a strip for each test, with a dot for each null set and a line for the set", () => {
    expect(marks(chart, "circle", "dot")).toHaveLength(3 + 2 + 2);
    const lines = marks(chart, "line", "set");
    expect(lines).toHaveLength(3);
    expect(lines[0]!.x1).toBe(lines[1]!.x1);
    expect(lines[2]!.x1).toBeLessThan(lines[0]!.x1);
    expect(texts(chart)).toEqual(
      expect.arrayContaining([
        "the mean color, regions of the same shape elsewhere: p = 0.050",
        "the mean color, sets of as many random patches: p = 0.100",
        "patches of other pictures, regions of the same shape elsewhere: p = 0.040",
      ]),
    );
  });

  it("places falls along one axis, and dots of a strip inside of it", () => {
    const plain = nullChart([{ ...shifted, fall: 2, falls: [-1, 0.5, 2] }], "score");
    const [zero] = marks(plain, "line", "center");
    const [own] = marks(plain, "line", "set");
    const dots = marks(plain, "circle").sort((a, b) => a.x - b.x);
    const scale = (own!.x1 - zero!.x1) / 2;
    for (const [i, fall] of [-1, 0.5, 2].entries()) {
      const { x, y, r } = dots[i]!;
      expect(Math.abs(x - (zero!.x1 + fall * scale))).toBeLessThanOrEqual(r + 0.5);
      expect(y - r).toBeGreaterThanOrEqual(own!.y1);
      expect(y + r).toBeLessThanOrEqual(own!.y2);
    }
  });

  it("keeps a stack of all sets inside of its strip", () => {
    for (const count of [50, 499]) {
      const same = dotsOf(new Array<number>(count).fill(0.7));
      expect(same).toHaveLength(count);
      expect(Math.max(...same.map(({ y, r }) => y + r))).toBeLessThanOrEqual(63);
      expect(Math.min(...same.map(({ y, r }) => y - r))).toBeGreaterThanOrEqual(16);
    }
  });

  it("is as wide as its place, and has room for a test without a fall", () => {
    const wide = nullChart([shifted], "score", 800);
    expect(wide.width).toBe(800);
    expect(marks(wide, "line", "axis")[0]).toMatchObject({ x1: 22, x2: 786 });
    const flat = nullChart([{ ...shifted, fall: 0, falls: [0, 0] }], "score");
    for (const { x } of marks(flat, "circle")) expect(Number.isFinite(x)).toBe(true);
  });
});

describe("the chart of deletion and insertion", () => {
  const result = exampleMeasures.find(({ request }) => request.kind === "curves") as CurvesResult;
  const plot = { left: 42, right: 312, top: 10, bottom: 180 };
  const chart = curveChart(result, "deletion", { method: "attention", methodName: "Attention", text: "right" });

  it("draws probabilities 0 to 1 upward over shares 0 to 1", () => {
    expect(curvePath(plot, [0, 0.5, 1], [1, 0.5, 0])).toBe("M42.0 10.0L177.0 95.0L312.0 180.0");
    expect(bandPath(plot, [0, 1], { low: [0, 0], high: [1, 1] })).toBe("M42.0 10.0L312.0 10.0L312.0 180.0L42.0 180.0Z");
  });

  it("has the method in ink, random dotted in its band, center first dashed, each with its name", () => {
    const paths = marks(chart, "path").map(({ look }) => look);
    expect(paths).toEqual(["band", "random", "center", "method"]);
    expect(marks(chart, "path", "method")[0]!.d).toBe(curvePath(plot, [0, 1], [0.9, 0.1]));
    expect(texts(chart)).toEqual(
      expect.arrayContaining(["Attention", "random", "center first", "patches masked", "p(right)", "100 %"]),
    );
    const ends = marks(chart, "text").filter(({ x }) => x > 312);
    const heights = ends.map(({ y }) => y).sort((a, b) => a - b);
    for (let i = 1; i < heights.length; i++) expect(heights[i]! - heights[i - 1]!).toBeGreaterThanOrEqual(12 - 1e-9);
  });

  it("is drawn in exports with every mark and its own colors", () => {
    const drawing = chartDrawing(chart);
    expect(drawing.markup.match(/<path /g)).toHaveLength(4);
    expect(drawing.markup).toContain('stroke-dasharray="1.5 2.5"');
    expect(drawing.markup).toContain("rotate(-90)");
    expect(drawing.markup).not.toContain("class=");
    expect([drawing.width, drawing.height]).toEqual([chart.width, chart.height]);
  });
});
