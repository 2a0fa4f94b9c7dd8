/** @file Horizontal bar charts: words, heads, patches by a value. */
import { figureColors, formatShare, textSize } from "./figure-style.ts";
import type { Drawing } from "./svg-document.ts";
import { fitText } from "./text-painter.ts";
import type { TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Color of the bar; blue (evidence from the image) where it is not given. */
  readonly color?: string;
}

export interface BarChart {
  readonly bars: readonly Bar[];
  /** Width in pixels, with labels and numbers. */
  readonly width: number;
  /** Value of a bar of full length; the largest value where it is not given. */
  readonly max?: number;
  readonly format?: (value: number) => string;
}

const rowHeight = 22;
const barHeight = 10;

/** A bar a row: label, bar on a track, number. Negative values have no bar, only their number. */
export function drawBars({ bars, width, max, format = formatShare }: BarChart, painter: TextPainter): Drawing {
  const font = { size: textSize.body, weight: 400 } as const;
  const labelWidth = Math.min(width * 0.4, Math.max(0, ...bars.map(({ label }) => painter.width(label, font))));
  const numberWidth = Math.max(0, ...bars.map(({ value }) => painter.width(format(value), font)));
  const left = labelWidth + 12;
  const track = Math.max(20, width - left - numberWidth - 10);
  const full = max ?? Math.max(0, ...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)));
  const rows = bars.map(({ label, value, color }, row) => {
    const top = row * rowHeight;
    const baseline = top + 15;
    const share = full > 0 && value > 0 ? Math.min(1, value / full) : 0;
    const bar = { x: left, y: top + (rowHeight - barHeight) / 2, height: barHeight };
    return [
      painter.mark(fitText(label, labelWidth + 0.5, { painter, font }), { x: 0, y: baseline, ...font }),
      element("rect", { ...bar, width: track, fill: figureColors.inset }),
      element("rect", { ...bar, width: track * share, fill: color ?? figureColors.image }),
      painter.mark(format(value), { x: width, y: baseline, ...font, anchor: "end", fill: figureColors.inkSecond }),
    ].join("");
  });
  return { svg: rows.join(""), width, height: bars.length * rowHeight };
}
