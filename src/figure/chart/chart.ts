/** @file Small charts as marks: drawn by a component on the page, and as markup of their own in exports. Both show the same marks. */

/** What a mark is; its colors and lines follow. */
export type MarkLook =
  "grid" | "axis" | "tick" | "title" | "set" | "setname" | "name" | "dot" | "band" | "method" | "random" | "center";

export type ChartMark =
  | {
      readonly kind: "line";
      readonly look: MarkLook;
      readonly x1: number;
      readonly x2: number;
      readonly y1: number;
      readonly y2: number;
    }
  | {
      readonly kind: "rect";
      readonly look: MarkLook;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: "circle"; readonly look: MarkLook; readonly x: number; readonly y: number; readonly r: number }
  | { readonly kind: "path"; readonly look: MarkLook; readonly d: string }
  | {
      readonly kind: "text";
      readonly look: MarkLook;
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: "start" | "middle" | "end";
      /** Read from below, turned around its place. */
      readonly upright?: boolean;
    };

/** In pixels of its own, which the page scales. */
export interface Chart {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly ChartMark[];
}

/** The part of a chart inside of its axes. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The place of a share of 0 to 1; values beyond are placed at the edge. */
export function along(share: number, from: number, to: number): number {
  return from + Math.min(1, Math.max(0, share)) * (to - from);
}

export const quarters = [0, 0.25, 0.5, 0.75, 1] as const;

export interface AxisTitles {
  readonly x: string;
  readonly y?: string;
}

/** What stands below and beside a plot: the base line, ticks at quarters of the width, and the names of both axes. */
export function axes(plot: Plot, titles: AxisTitles, tickText: (quarter: number) => string): ChartMark[] {
  const middle = { x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2 };
  return [
    { kind: "line", look: "axis", x1: plot.left, x2: plot.right, y1: plot.bottom, y2: plot.bottom },
    ...quarters.map((quarter): ChartMark => ({
      kind: "text",
      look: "tick",
      x: along(quarter, plot.left, plot.right),
      y: plot.bottom + 14,
      text: tickText(quarter),
      anchor: "middle",
    })),
    { kind: "text", look: "title", x: middle.x, y: plot.bottom + 29, text: titles.x, anchor: "middle" },
    ...(titles.y === undefined
      ? []
      : [
          { kind: "text", look: "title", x: 10, y: middle.y, text: titles.y, anchor: "middle", upright: true } as const,
        ]),
  ];
}

/** Lines across a plot with their numbers at the left. */
export function levels(plot: Plot, marks: readonly { readonly share: number; readonly text: string }[]): ChartMark[] {
  return marks.flatMap(({ share, text }): ChartMark[] => {
    const y = along(share, plot.bottom, plot.top);
    return [
      ...(share > 0 ? [{ kind: "line", look: "grid", x1: plot.left, x2: plot.right, y1: y, y2: y } as const] : []),
      { kind: "text", look: "tick", x: plot.left - 6, y: y + 3.5, text, anchor: "end" },
    ];
  });
}

/**
 * Heights of lines of text, moved as little as keeps them `apart` and between `top` and `bottom` (least squares, by pooling neighbors); in the
 * order given.
 */
export function spread(
  heights: readonly number[],
  { apart, top, bottom }: { readonly apart: number; readonly top: number; readonly bottom: number },
): number[] {
  const order = [...heights.keys()].sort((a, b) => heights[a]! - heights[b]! || a - b);
  const pools: { sum: number; count: number }[] = [];
  const mean = ({ sum, count }: { sum: number; count: number }): number => sum / count;
  for (const [i, at] of order.entries()) {
    pools.push({ sum: heights[at]! - i * apart, count: 1 });
    while (pools.length > 1 && mean(pools.at(-2)!) > mean(pools.at(-1)!)) {
      const last = pools.pop()!;
      const before = pools.at(-1)!;
      before.sum += last.sum;
      before.count += last.count;
    }
  }
  const fitted = pools.flatMap((pool) => new Array<number>(pool.count).fill(mean(pool)));
  const result = new Array<number>(heights.length);
  const lowest = bottom - (heights.length - 1) * apart;
  for (const [i, at] of order.entries()) result[at] = Math.max(top, Math.min(lowest, fitted[i]!)) + i * apart;
  return result;
}
