/** @file The layout of a long table: which rows are drawn, how wide columns are, how numbers are written. */
import type { Table } from "./figure.ts";
import { formatFixed, formatMapValue, noNumber } from "../../src/figure/numbers.ts";

export interface RowWindow {
  /** Rows [first, end) are drawn. */
  readonly first: number;
  readonly end: number;
  /** Heights above and below them, in pixels, that stand for the others. */
  readonly above: number;
  readonly below: number;
}

/** Rows beyond the edges, so that a short scroll finds them drawn. */
const spareRows = 12;

/** The rows that are in sight of `height` pixels at `top` of `count` rows of `rowHeight` pixels, with some to spare. */
export function visibleRows({
  top,
  height,
  rowHeight,
  count,
}: {
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}): RowWindow {
  // Beyond the ends there is nothing to see: browsers let a page be drawn past them for a moment.
  const from = Math.max(0, Math.min(top, count * rowHeight - height));
  const end = Math.min(count, Math.ceil((from + height) / rowHeight) + spareRows);
  const first = Math.max(0, Math.floor(from / rowHeight) - spareRows);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}

const maxDecimals = 4;

/** Decimals that this number needs, at most four. */
function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < maxDecimals; decimals++) {
    if (Number(value.toFixed(decimals)) === value) return decimals;
  }
  return maxDecimals;
}

/** For each column, how its cells are written: text as it is, numbers all with the decimals that the column needs. */
export function cellWriters({ columns, rows }: Table): ((cell: string | number | null) => string)[] {
  return columns.map((_, column) => {
    let decimals = 0;
    for (const row of rows) {
      const cell = row[column];
      if (typeof cell === "number" && Number.isFinite(cell)) decimals = Math.max(decimals, decimalsOf(cell));
      if (decimals === maxDecimals) break;
    }
    return (cell) => {
      if (cell === null) return noNumber;
      if (typeof cell === "string") return cell;
      // What is too small for the decimals is written with more of them, not as zero.
      const isLost = cell !== 0 && Number(cell.toFixed(decimals)) === 0;
      return isLost ? formatMapValue(cell) : formatFixed(cell, decimals);
    };
  });
}

/** Bounds of a column's width in characters: narrow ones stay readable, long text is cut. */
const columnCharacters = { min: 7, max: 26 };
/** Room between columns, in characters. */
const columnGap = 2;

/** Width of each column in characters, from the lines of its head and some of its cells. */
export function columnWidths({ columns }: Table, rows: readonly (readonly string[])[]): number[] {
  const { min, max } = columnCharacters;
  return columns.map(({ label, unit = "" }, column) => {
    let longest = Math.max(label.length, unit.length);
    for (const row of rows) longest = Math.max(longest, row[column]?.length ?? 0);
    return Math.min(max, Math.max(min, longest + columnGap));
  });
}
