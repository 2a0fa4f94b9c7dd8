/** @file Deletion and insertion as charts: a method in ink, random orders dotted with their band, center first dashed. */
import type { CurvesResult } from "../../run/measures.ts";
import type { MapMethod } from "../../run/map-catalogue.ts";
import {
  along,
  axes,
  levels,
  quarters,
  spread,
  type Chart,
  type ChartMark,
  type MarkLook,
  type Plot,
} from "./chart.ts";

export type CurveForm = "deletion" | "insertion";

const usualWidth = 430;
const height = 218;
/** At the right there is room for the names of lines. */
const plotIn = (width: number): Plot => ({ left: 42, right: width - 118, top: 10, bottom: 180 });
const nameHeight = 12;

type Values = readonly number[];

/** Points of a curve in pixels; shares and values as the measurement gives them. */
export function curvePath(plot: Plot, shares: Values, values: Values): string {
  const points = shares.map((share, i) => {
    const x = along(share, plot.left, plot.right).toFixed(1);
    return `${x} ${along(values[i] ?? 0, plot.bottom, plot.top).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

/** The closed outline between two curves. */
export function bandPath(
  plot: Plot,
  shares: Values,
  { low, high }: { readonly low: Values; readonly high: Values },
): string {
  const back = curvePath(plot, [...shares].reverse(), [...low].reverse());
  return `${curvePath(plot, shares, high)}L${back.slice(1)}Z`;
}

interface DrawnCurve {
  readonly name: string;
  readonly values: Values;
  readonly look: MarkLook;
}

export interface CurveNames {
  readonly method: MapMethod;
  /** What its line is called. */
  readonly methodName: string;
  /** The explained token. */
  readonly text: string;
}

/** The chart of one method, `width` pixels wide. */
export function curveChart(
  result: CurvesResult,
  form: CurveForm,
  { method, methodName, text, width = usualWidth }: CurveNames & { readonly width?: number },
): Chart {
  const plot = plotIn(width);
  const { shares, methods, random, center, request } = result;
  const own = methods.find((each) => each.method === method);
  const curves: DrawnCurve[] = [
    { name: "random", values: random[form].values, look: "random" },
    ...(center ? [{ name: "center first", values: center[form].values, look: "center" } as const] : []),
    ...(own ? [{ name: methodName, values: own[form].values, look: "method" } as const] : []),
  ];
  const ends = spread(
    curves.map(({ values }) => along(values.at(-1) ?? 0, plot.bottom, plot.top)),
    { apart: nameHeight, top: plot.top, bottom: plot.bottom - 2 },
  );
  const members = request.over === "patches" ? "patches" : "text tokens";
  const xTitle = `${members} ${form === "deletion" ? "masked" : "shown"}`;
  return {
    width,
    height,
    marks: [
      ...levels(
        plot,
        quarters.map((share) => ({ share, text: String(share) })),
      ),
      ...axes(plot, { x: xTitle, y: `p(${text})` }, (quarter) => `${quarter * 100} %`),
      { kind: "path", look: "band", d: bandPath(plot, shares, random[form]) },
      ...curves.map(({ values, look }): ChartMark => ({ kind: "path", look, d: curvePath(plot, shares, values) })),
      ...curves.map(({ name, look }, i): ChartMark => ({
        kind: "text",
        look: look === "method" ? "setname" : "name",
        x: plot.right + 6,
        y: ends[i]! + 3.5,
        text: name,
        anchor: "start",
      })),
    ],
  };
}
