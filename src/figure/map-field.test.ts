/** @file Tests of the field of a map: several grids over one place, whole and with hidden cells, against each grid by itself. */
import { describe, expect, it } from "vitest";
import type { GridPlacement } from "../image/types.ts";
import { imageTokenCount, spreadMap, type MapField } from "./map-field.ts";

const picture = { width: 60, height: 40 };
const size = { width: 45, height: 30 };
const whole = { left: 0, top: 0, ...picture };

/** Grids in the order of their tokens. */
const layouts: Readonly<Record<string, readonly GridPlacement[]>> = {
  "tiles and an overview": [
    { rows: 4, cols: 5, box: { ...whole, width: 30 } },
    { rows: 4, cols: 5, box: { ...whole, left: 30, width: 30 } },
    { rows: 3, cols: 4, box: whole },
  ],
  "an overview with a part, under a padded grid": [
    { rows: 3, cols: 4, box: whole },
    { rows: 5, cols: 5, box: { left: 10, top: 5, width: 21, height: 17 } },
    { rows: 6, cols: 6, box: { left: -3, top: -10, width: 66, height: 60 } },
  ],
  "grids side by side, one beyond the picture": [
    { rows: 2, cols: 2, box: { ...whole, width: 20 } },
    { rows: 2, cols: 2, box: { ...whole, left: 100, width: 20 } },
  ],
};

const valuesOf = (grids: readonly GridPlacement[]): Float32Array =>
  Float32Array.from({ length: imageTokenCount(grids) }, (_, i) => (i === 2 ? NaN : Math.sin(i * 1.3) + 1));

interface Case {
  readonly grids: readonly GridPlacement[];
  readonly smooth: boolean;
  readonly hidden: ReadonlySet<number>;
  readonly overlap: "mean" | "finest";
}

/** The field of each grid by itself, in the order of the grids. */
function fieldsAlone({ grids, smooth, hidden }: Case): MapField[] {
  const values = valuesOf(grids);
  let first = 0;
  return grids.map((grid) => {
    const start = first;
    first += grid.rows * grid.cols;
    const own = new Set([...hidden].filter((token) => token >= start && token < first).map((token) => token - start));
    return spreadMap({ picture, size, grids: [grid], values: values.slice(start, first), smooth, hidden: own });
  });
}

/** What a pixel shall be: the mean of the grids that show it, or the one with the smallest cells there. */
function expectedPixel({ grids, overlap }: Case, alone: readonly MapField[], at: number): [number, number] {
  const there = alone.flatMap((field, grid) => (field.cover[at] === 0 ? [] : [{ field, grid }]));
  const area = ({ rows, cols, box }: GridPlacement): number => (box.width * box.height) / (rows * cols);
  const finest = there.toSorted((a, b) => area(grids[a.grid]!) - area(grids[b.grid]!)).slice(0, 1);
  const counted = overlap === "finest" ? finest : there;
  const shown = counted.filter(({ field }) => field.cover[at] === 1);
  const mean = shown.reduce((sum, { field }) => sum + field.values[at]!, 0) / Math.max(1, shown.length);
  return [mean, shown.length > 0 ? 1 : counted.length > 0 ? 2 : 0];
}

describe.each(Object.entries(layouts))("a map over %s", (_, grids) => {
  const cases: Case[] = [true, false].flatMap((smooth) =>
    [new Set<number>(), new Set([1, 9, 33])].flatMap((hidden) =>
      (["mean", "finest"] as const).map((overlap) => ({ grids, smooth, hidden, overlap })),
    ),
  );
  it.each(cases)("is the mean of its grids, or the finest: smooth $smooth, $overlap", (given) => {
    const { smooth, hidden, overlap } = given;
    const alone = fieldsAlone(given);
    const field = spreadMap({ picture, size, grids, values: valuesOf(grids), smooth, hidden, overlap });
    for (let at = 0; at < size.width * size.height; at++) {
      const [value, cover] = expectedPixel(given, alone, at);
      expect(field.values[at]).toBeCloseTo(value, 5);
      expect(field.cover[at]).toBe(cover);
    }
  });
});
