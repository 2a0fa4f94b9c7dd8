/** @file The probability without each random set, beside the one without the tested set: one dot a set, or a histogram of many. */
import type { VerifyResult } from "../../run/measures.ts";
import { formatProbability } from "../numbers.ts";
import { along, axes, levels, type Chart, type ChartMark, type Plot } from "./chart.ts";
import { namedLines, type NamedLine } from "./named-lines.ts";

export type ChanceResult = Pick<VerifyResult, "original" | "masked" | "random" | "topAttention">;

const usualWidth = 480;
const height = 218;
const plotIn = (width: number): Plot => ({ left: 42, right: width - 14, top: 48, bottom: 180 });
/** Up to so many sets each has a dot. */
const mostDots = 50;
const largestDot = 9;
const smallestDot = 2;
const histogramBins = 40;

/** Counts of values in equal bins of 0 to 1; 1 belongs to the last. */
export function binCounts(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor(value * bins)))]!++;
  return counts;
}

/** Dots stacked over their value, as large as the highest stack allows. */
function dots(values: readonly number[], plot: Plot): ChartMark[] {
  const room = plot.bottom - plot.top;
  let size = largestDot;
  const binsOf = (diameter: number) => Math.max(1, Math.round((plot.right - plot.left) / diameter));
  while (size > smallestDot && Math.max(0, ...binCounts(values, binsOf(size))) * size > room) size -= 0.5;
  const bins = binsOf(size);
  const step = (plot.right - plot.left) / bins;
  return binCounts(values, bins).flatMap((count, bin) =>
    Array.from({ length: count }, (_, i): ChartMark => ({
      kind: "circle",
      look: "dot",
      x: plot.left + (bin + 0.5) * step,
      y: plot.bottom - 1 - (i + 0.5) * size,
      r: size / 2 - 0.4,
    })),
  );
}

function histogram(values: readonly number[], plot: Plot): ChartMark[] {
  const counts = binCounts(values, histogramBins);
  const most = Math.max(1, ...counts);
  const step = (plot.right - plot.left) / histogramBins;
  const bars = counts.flatMap((count, bin): ChartMark[] => {
    const y = along(count / most, plot.bottom, plot.top);
    const x = plot.left + bin * step + 0.5;
    return count === 0 ? [] : [{ kind: "rect", look: "bar", x, y, width: step - 1, height: plot.bottom - y }];
  });
  const half = Math.round(most / 2);
  const ticks = [...new Set([0, half, most])].map((count) => ({ share: count / most, text: String(count) }));
  return [...levels(plot, ticks), ...bars];
}

/** The chart of a test, `width` pixels wide; `word` is the token in quotation marks. */
export function chanceChart(
  { original, masked, random, topAttention }: ChanceResult,
  word: string,
  width = usualWidth,
): Chart {
  const plot = plotIn(width);
  const areDots = random.length <= mostDots;
  const lineOf = (name: string, value: number): Pick<NamedLine, "text" | "x"> => ({
    text: `${name} ${formatProbability(value)}`,
    x: along(value, plot.left, plot.right),
  });
  const lines: NamedLine[] = [
    { ...lineOf("this set", masked), look: "set", textLook: "setname" },
    { ...lineOf("original", original), look: "original", textLook: "name" },
    ...(topAttention
      ? [{ ...lineOf("top attention", topAttention.masked), look: "attention", textLook: "name" } as const]
      : []),
  ];
  return {
    width,
    height,
    marks: [
      ...(areDots ? dots(random, plot) : histogram(random, plot)),
      ...axes(plot, { x: `probability of ${word} after masking`, y: areDots ? "one dot a set" : "sets" }, String),
      ...namedLines(lines, { width, bottom: plot.bottom }),
    ],
  };
}
