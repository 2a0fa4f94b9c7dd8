/** @file Charts as drawings for exports: colors and fonts are in the markup, on white paper. */
import { figureColors, textSize } from "../figure-style.ts";
import { svgText } from "../svg-text.ts";
import { element } from "../xml.ts";
import type { Chart, ChartMark, MarkLook } from "./chart.ts";

const { ink, inkThird, line: grid, rule } = figureColors;
const random = "#8a8a83";

type Attributes = Readonly<Record<string, string | number>>;

const stroke = (color: string, width: number, dash?: string): Attributes => ({
  fill: "none",
  stroke: color,
  "stroke-width": width,
  ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
});

/** A table, so that a mark without its look does not compile. */
const looks: { readonly [L in MarkLook]: Attributes } = {
  grid: stroke(grid, 1),
  axis: stroke(rule, 1),
  tick: { fill: inkThird },
  title: { fill: inkThird },
  set: stroke(ink, 2),
  setname: { fill: ink },
  name: { fill: inkThird },
  dot: { fill: random },
  band: { fill: random, "fill-opacity": 0.22 },
  method: stroke(ink, 1.8),
  random: stroke(inkThird, 1.4, "1.5 2.5"),
  center: stroke(inkThird, 1.4, "5 3"),
};

function markupOf(mark: ChartMark): string {
  const look = looks[mark.look];
  switch (mark.kind) {
    case "line":
      return element("line", { x1: mark.x1, x2: mark.x2, y1: mark.y1, y2: mark.y2, ...look });
    case "rect":
      return element("rect", { x: mark.x, y: mark.y, width: mark.width, height: mark.height, ...look });
    case "circle":
      return element("circle", { cx: mark.x, cy: mark.y, r: mark.r, ...look });
    case "path":
      return element("path", { d: mark.d, ...look });
    case "text": {
      const { x, y, text, anchor, upright = false } = mark;
      const weight = mark.look === "setname" ? 600 : 400;
      const written = svgText.mark(text, {
        x: upright ? 0 : x,
        y: upright ? 0 : y,
        anchor,
        size: textSize.tick,
        weight,
        fill: String(look.fill),
      });
      return upright ? `<g transform="translate(${x} ${y}) rotate(-90)">${written}</g>` : written;
    }
  }
}

/** SVG markup without its root, and its size in CSS pixels. */
export interface ChartDrawing {
  readonly kind: "svg";
  readonly markup: string;
  readonly width: number;
  readonly height: number;
}

/** The chart on white paper, in CSS pixels. */
export function chartDrawing({ width, height, marks }: Chart): ChartDrawing {
  return { kind: "svg", markup: marks.map(markupOf).join(""), width, height };
}
