/** @file Horizontal bar charts: words, heads, patches by a value. */
import { figureColors, formatShare, textSize } from "./figure-style.ts";
import type { Drawing } from "./svg-document.ts";
import { fitText, type TextPainter } from "./text-painter.ts";
import { element } from "./xml.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Color of the bar; blue (evidence from the image) if it is not given. */
  readonly color?: string;
  /** Color of the track behind the bar; the inset's if it is not given. For bars of which the rest means something, too. */
  readonly restColor?: string;
  /** Label and number in semibold: the bar is the selected one. */
  readonly strong?: boolean;
}

export interface BarChart {
  readonly bars: readonly Bar[];
  /** Width in pixels, with labels and numbers. */
  readonly width: number;
  /** Value of a bar of full length; the largest value if it is not given. */
  readonly max?: number;
  readonly format?: (value: number) => string;
}

const rowHeight = 22;
const barHeight = 10;

/** A bar a row: label, bar on a track, number. Negative values have no bar, only their number. */
export function drawBars({ bars, width, max, format = formatShare }: BarChart, painter: TextPainter): Drawing {
  const font = { size: textSize.body, weight: 400 } as const;
  const fontOf = ({ strong = false }: Bar) => ({ ...font, weight: strong ? 600 : 400 }) as const;
  const widest = (text: (bar: Bar) => string) =>
    Math.max(0, ...bars.map((bar) => painter.width(text(bar), fontOf(bar))));
  const labelWidth = Math.min(
    width * 0.4,
    widest(({ label }) => label),
  );
  const numberWidth = widest(({ value }) => format(value));
  const left = labelWidth + 12;
  const track = Math.max(20, width - left - numberWidth - 10);
  const full = max ?? Math.max(0, ...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)));
  const rows = bars.map((each, row) => {
    const { label, value, color, restColor } = each;
    const own = fontOf(each);
    const top = row * rowHeight;
    const baseline = top + 15;
    const share = full > 0 && value > 0 ? Math.min(1, value / full) : 0;
    const bar = { x: left, y: top + (rowHeight - barHeight) / 2, height: barHeight };
    return [
      painter.mark(fitText(label, labelWidth + 0.5, { painter, font: own }), { x: 0, y: baseline, ...own }),
      element("rect", { ...bar, width: track, fill: restColor ?? figureColors.inset }),
      element("rect", { ...bar, width: track * share, fill: color ?? figureColors.image }),
      painter.mark(format(value), { x: width, y: baseline, ...own, anchor: "end", fill: figureColors.inkSecond }),
    ].join("");
  });
  return { svg: rows.join(""), width, height: bars.length * rowHeight };
}
