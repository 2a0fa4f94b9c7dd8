/** @file Falls of the score without null sets, beside the fall without the tested set: a strip for each test, one dot a set. */
import type { NullTest } from "../../run/measures.ts";
import { formatFixed } from "../numbers.ts";
import { interventionTexts, nullSetTexts, pValueText } from "../verdict-text.ts";
import { along, axes, type Chart, type ChartMark, type Plot } from "./chart.ts";

const usualWidth = 480;
const sides = { left: 22, right: 14 } as const;
/** Of a strip: its name, and the dots below. */
const nameHeight = 18;
const dotsHeight = 44;
const stripHeight = nameHeight + dotsHeight + 6;
const axisHeight = 36;
const largestDot = 7;
const smallestDot = 4;

interface Domain {
  readonly low: number;
  readonly high: number;
}

/** Zero and every fall, with some room at both ends. */
function domainOf(tests: readonly NullTest[]): Domain {
  const values = tests.flatMap(({ fall, falls }) => [fall, ...falls]);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const room = 0.04 * Math.max(high - low, 0.01);
  return { low: low < 0 ? low - room : 0, high: high + room };
}

const placeOf = (value: number, { low, high }: Domain, plot: Plot): number =>
  along((value - low) / (high - low), plot.left, plot.right);

/** Dots stacked over their value, as large as the highest stack allows. */
function dots(places: readonly number[], plot: Plot): ChartMark[] {
  const room = plot.bottom - plot.top - smallestDot;
  const stacksOf = (size: number): Map<number, number> => {
    const stacks = new Map<number, number>();
    for (const place of places) {
      const bin = Math.round((place - plot.left) / size);
      stacks.set(bin, (stacks.get(bin) ?? 0) + 1);
    }
    return stacks;
  };
  let size = largestDot;
  while (size > smallestDot && Math.max(0, ...stacksOf(size).values()) * size > room) size -= 0.5;
  return [...stacksOf(size)].flatMap(([bin, count]) => {
    // Of more than fit, some lie over each other.
    const step = Math.min(size, room / count);
    return Array.from({ length: count }, (_, i): ChartMark => ({
      kind: "circle",
      look: "dot",
      x: plot.left + bin * size,
      y: plot.bottom - 1 - (i + 0.5) * step,
      r: size / 2 - 0.4,
    }));
  });
}

/** "the mean color, regions of the same shape elsewhere: p = 0.020". */
function stripName({ intervention, nullSets, p }: NullTest): string {
  const what = `${interventionTexts[intervention]}, ${nullSetTexts[nullSets].many}`;
  return `${what}: ${p === null ? "there are none" : pValueText(p)}`;
}

/** The chart of the tests of one kind of evidence, `width` pixels wide; `score` is what falls. */
export function nullChart(tests: readonly NullTest[], score: string, width = usualWidth): Chart {
  const domain = domainOf(tests);
  const bottom = tests.length * stripHeight;
  const plot: Plot = { left: sides.left, right: width - sides.right, top: 0, bottom };
  const marks = tests.flatMap((test, index): ChartMark[] => {
    const top = index * stripHeight;
    const strip = { ...plot, top: top + nameHeight, bottom: top + nameHeight + dotsHeight };
    const own = placeOf(test.fall, domain, plot);
    const zero = placeOf(0, domain, plot);
    return [
      { kind: "text", look: "setname", x: plot.left, y: top + 12, text: stripName(test), anchor: "start" },
      { kind: "line", look: "grid", x1: plot.left, x2: plot.right, y1: strip.bottom, y2: strip.bottom },
      { kind: "line", look: "center", x1: zero, x2: zero, y1: strip.top, y2: strip.bottom },
      ...dots(
        test.falls.map((fall) => placeOf(fall, domain, plot)),
        strip,
      ),
      { kind: "line", look: "set", x1: own, x2: own, y1: strip.top, y2: strip.bottom },
    ];
  });
  const titles = { x: `fall of the ${score}: a dot a null set, the line this set` };
  const ticks = axes(plot, titles, (quarter) => formatFixed(domain.low + quarter * (domain.high - domain.low), 2));
  return { width, height: bottom + axisHeight, marks: [...marks, ...ticks] };
}
