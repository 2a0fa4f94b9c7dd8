/** @file The chart of a token over the layers as a drawing for exports: colors and fonts are in it, not in the page's styles. */
import { figureColors, textSize } from "../../src/figure/figure-style.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import { fitText } from "../../src/figure/text-painter.ts";
import { element } from "../../src/figure/xml.ts";
import type { Drawing } from "../figures/figure.ts";
import { curveBox, curvePoints, curveX, curveY, labelHeights, probabilityTicks, rowTicks } from "./curve-geometry.ts";
import { rowName } from "./lens.ts";

/** A line of the chart: its name, and one probability for each row of the lens. */
export interface CurveLine {
  readonly name: string;
  readonly probabilities: ArrayLike<number>;
}

/** Room for the names at the ends of the lines; the page lets them run over its edge. */
const nameWidth = 120;
const nameGap = 6;
const font = { size: textSize.tick, weight: 400 } as const;
const { ink, inkSecond, inkThird, line: gridColor } = figureColors;

/** The token's line, its rival's dashed, and an upright line at the chosen row; in CSS pixels, on white paper. */
export function curveDrawing(token: CurveLine, rival: CurveLine, row: number): Drawing {
  const rows = token.probabilities.length;
  const right = curveBox.width - curveBox.right;
  const tickText = { ...font, fill: inkThird };
  const bottom = curveBox.height - curveBox.bottom;
  const grid = probabilityTicks.flatMap((tick) => [
    element("line", { x1: curveBox.left, x2: right, y1: curveY(tick), y2: curveY(tick), stroke: gridColor }),
    svgText.mark(String(tick), { x: curveBox.left - nameGap, y: curveY(tick) + 3.5, anchor: "end", ...tickText }),
  ]);
  const layers = rowTicks(rows).map((tick) =>
    svgText.mark(rowName(tick), { x: curveX(tick, rows), y: bottom + 14, anchor: "middle", ...tickText }),
  );
  const axis = { x: (curveBox.left + right) / 2, y: curveBox.height - 4, anchor: "middle", ...tickText } as const;
  const now = { x1: curveX(row, rows), x2: curveX(row, rows), y1: curveY(1), y2: curveY(0), stroke: inkSecond };
  const lineOf = ({ probabilities }: CurveLine, look: Readonly<Record<string, string | number>>): string =>
    element("polyline", { points: curvePoints(probabilities), fill: "none", ...look });
  const ends = labelHeights(token.probabilities[rows - 1] ?? 0, rival.probabilities[rows - 1] ?? 0);
  const nameOf = ({ name }: CurveLine, height: number, fill: string): string =>
    svgText.mark(fitText(name, nameWidth, { painter: svgText, font }), {
      x: right + nameGap,
      y: height + 3.5,
      ...font,
      fill,
    });
  const markup = [
    ...grid,
    ...layers,
    svgText.mark("layer", axis),
    element("line", now),
    lineOf(rival, { stroke: inkThird, "stroke-width": 1.4, "stroke-dasharray": "4 3" }),
    lineOf(token, { stroke: ink, "stroke-width": 1.8 }),
    nameOf(token, ends[0], ink),
    nameOf(rival, ends[1], inkThird),
  ].join("");
  return { kind: "svg", markup, width: right + nameGap + nameWidth, height: curveBox.height };
}
