/** @file Upright lines with their names above a plot, each name beside its line and crossed by no other. */
import { textSize } from "../figure-style.ts";
import { svgText } from "../svg-text.ts";
import type { ChartMark, MarkLook } from "./chart.ts";

export interface NamedLine {
  readonly text: string;
  readonly x: number;
  readonly look: MarkLook;
  readonly textLook: MarkLook;
}

/** The place of a name: in which row, from 0 at the top, and on which side of its line. */
interface NamePlace {
  readonly row: number;
  readonly isRight: boolean;
}

const font = { size: textSize.tick, weight: 600 } as const;
const firstRow = 12;
const rowHeight = 13;
/** Between a line and its name, and from one name to the next. */
const gap = 5;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

/** Every choice of a row for each line, all different, and of a side; first rows in the order of the lines, at their right. */
function arrangements(count: number): NamePlace[][] {
  const rows = permutations(Array.from({ length: count }, (_, row) => row));
  const sides = Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, line) => (bits >> line) % 2 === 0),
  );
  return rows.flatMap((rowOf) =>
    sides.map((isRightOf) => rowOf.map((row, line) => ({ row, isRight: isRightOf[line]! }))),
  );
}

const spanOf = ({ text, x }: NamedLine, { isRight }: NamePlace): readonly [number, number] => {
  const length = svgText.width(text, font);
  return isRight ? [x + gap, x + gap + length] : [x - gap - length, x - gap];
};

/** How many names leave the chart, or are crossed by a line: lines reach from their own name's row down. */
function faults(lines: readonly NamedLine[], places: readonly NamePlace[], width: number): number {
  return lines.reduce((sum, line, i) => {
    const [from, to] = spanOf(line, places[i]!);
    const crossing = lines.filter(
      ({ x }, other) => other !== i && places[other]!.row <= places[i]!.row && x > from - 1 && x < to + 1,
    );
    return sum + crossing.length + (from < 0 || to > width ? 10 : 0);
  }, 0);
}

/** A few lines, each with a row of its own for its name: of all ways to place the names the first with the fewest faults. */
export function namedLines(
  lines: readonly NamedLine[],
  { width, bottom }: { readonly width: number; readonly bottom: number },
): ChartMark[] {
  const all = arrangements(lines.length);
  const best = all.reduce((found, each) => (faults(lines, each, width) < faults(lines, found, width) ? each : found));
  return lines.flatMap((line, i): ChartMark[] => {
    const { row, isRight } = best[i]!;
    const [from, to] = spanOf(line, best[i]!);
    const y = firstRow + row * rowHeight;
    const { x, look, textLook, text } = line;
    return [
      { kind: "line", look, x1: x, x2: x, y1: y - 9, y2: bottom },
      { kind: "text", look: textLook, x: isRight ? from : to, y, text, anchor: isRight ? "start" : "end" },
    ];
  });
}
