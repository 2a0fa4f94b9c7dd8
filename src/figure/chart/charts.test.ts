/** @file Tests of the geometry of the charts. */
import { describe, expect, it } from "vitest";
import type { CurvesResult } from "../../run/measures.ts";
import { exampleMeasures } from "../../../test/support/example-run.ts";
import { binCounts, chanceChart } from "./chance-chart.ts";
import { svgText } from "../svg-text.ts";
import { textSize } from "../figure-style.ts";
import { along, spread, type Chart, type ChartMark, type MarkLook } from "./chart.ts";
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

describe("the chart of a test against chance", () => {
  const random = [0.9, 0.91, 0.2, 0.95];
  const result = { original: 0.93, masked: 0.25, random, topAttention: { positions: [3], masked: 0.4 } };
  const chart = chanceChart(result, "“right”");
  const xOf = (probability: number): number => along(probability, 42, 466);

  it("has one dot a set at its probability, stacked where they meet", () => {
    const dots = marks(chart, "circle", "dot");
    expect(dots).toHaveLength(4);
    const wanted = [...random].sort((a, b) => a - b).map(xOf);
    for (const [i, { x, r }] of dots.entries()) expect(Math.abs(x - wanted[i]!)).toBeLessThanOrEqual(r + 0.5);
    const stacked = marks(chanceChart({ ...result, random: [0.5, 0.5, 0.5] }, ""), "circle");
    expect(new Set(stacked.map(({ x }) => x)).size).toBe(1);
    const heights = stacked.map(({ y }) => y);
    expect(heights[0]! - heights[1]!).toBeCloseTo(heights[1]! - heights[2]!, 9);
    expect(heights[0]! - heights[1]!).toBeGreaterThanOrEqual(2 * stacked[0]!.r);
  });

  it("makes dots smaller rather than letting a stack of all sets leave the plot", () => {
    const same = marks(chanceChart({ ...result, random: new Array<number>(50).fill(1) }, ""), "circle");
    expect(same).toHaveLength(50);
    for (const { x, y, r } of same) {
      expect(y - r).toBeGreaterThanOrEqual(46);
      expect(x + r).toBeLessThanOrEqual(466.5);
    }
  });

  it("is as wide as its place", () => {
    const wide = chanceChart(result, "", 800);
    expect(wide.width).toBe(800);
    expect(marks(wide, "line", "axis")[0]).toMatchObject({ x1: 42, x2: 786 });
    expect(marks(wide, "circle")).toHaveLength(4);
  });

  it("is a histogram above 50 sets, whose bars count them all", () => {
    const values = Array.from({ length: 200 }, (_, i) => i / 199);
    const histogram = chanceChart({ ...result, random: values }, "");
    expect(marks(histogram, "circle")).toEqual([]);
    const bars = marks(histogram, "rect", "bar");
    expect(bars).toHaveLength(40);
    expect(texts(histogram)).toContain("sets");
    expect(binCounts(values, 40).reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(binCounts([0, 0.999, 1], 2)).toEqual([1, 2]);
  });

  it("has a line for this set, for the original and for top attention, whose names do not meet", () => {
    for (const [look, value] of [
      ["set", 0.25],
      ["original", 0.93],
      ["attention", 0.4],
    ] as const) {
      expect(marks(chart, "line", look).map(({ x1, x2 }) => [x1, x2])).toEqual([[xOf(value), xOf(value)]]);
    }
    expect(texts(chart)).toEqual(
      expect.arrayContaining(["this set 0.250", "original 0.930", "top attention 0.400", "one dot a set"]),
    );
    const close = chanceChart({ ...result, masked: 0.92, topAttention: { positions: [], masked: 0.925 } }, "");
    const names = marks(close, "text").filter(({ text }) => /^(this|original|top)/.test(text));
    expect(new Set(names.map(({ y }) => y)).size).toBe(3);
  });

  it("keeps names inside of the chart and off the lines, wherever these stand", () => {
    const crossings = [0.02, 0.3, 0.55, 0.78, 0.83, 0.99].flatMap((masked) =>
      [0.03, 0.6, 0.8, 0.82, 1].flatMap((original) =>
        [0, 0.5, 0.79, 0.81, 1].map((top) => {
          const placed = chanceChart({ original, masked, random, topAttention: { positions: [], masked: top } }, "");
          const lines = (["set", "original", "attention"] as const).flatMap((look) => marks(placed, "line", look));
          const names = marks(placed, "text").filter(({ text }) => /^(this|original|top)/.test(text));
          return names.filter(({ x, y, text, anchor }) => {
            const length = svgText.width(text, { size: textSize.tick, weight: 400 });
            const [from, to] = anchor === "start" ? [x, x + length] : [x - length, x];
            expect(from).toBeGreaterThanOrEqual(0);
            expect(to).toBeLessThanOrEqual(placed.width);
            return lines.some(({ x1, y1 }) => x1 > from && x1 < to && y1 < y);
          }).length;
        }),
      ),
    );
    expect(Math.max(...crossings)).toBe(0);
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
