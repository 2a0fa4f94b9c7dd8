/** @file Deletion and insertion as charts: a method in ink, random orders dotted with their band, center first dashed. */
import type { CurvesResult, MapMethod } from "../../src/run/measures.ts";
import { along, axes, levels, quarters, spread } from "./chart.ts";
import type { Chart, ChartMark, MarkLook, Plot } from "./chart.ts";

export type CurveForm = "deletion" | "insertion";

const width = 430;
const height = 218;
const plot: Plot = { left: 42, right: 312, top: 10, bottom: 180 };
const nameHeight = 12;

type Values = readonly number[];

/** Points of a curve in pixels; shares and values as the measurement gives them. */
export function curvePath(shares: Values, values: Values): string {
  const points = shares.map((share, i) => {
    const x = along(share, plot.left, plot.right).toFixed(1);
    return `${x} ${along(values[i] ?? 0, plot.bottom, plot.top).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

/** The closed outline between two curves. */
export function bandPath(shares: Values, low: Values, high: Values): string {
  const back = curvePath([...shares].reverse(), [...low].reverse());
  return `${curvePath(shares, high)}L${back.slice(1)}Z`;
}

interface DrawnCurve {
  readonly name: string;
  readonly values: Values;
  readonly look: MarkLook;
}

/** The chart of one method; `word` is the token in quotation marks, `methodName` what its line is called. */
export function curveChart(
  result: CurvesResult,
  form: CurveForm,
  { method, methodName, word }: { readonly method: MapMethod; readonly methodName: string; readonly word: string },
): Chart {
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
      ...axes(plot, { x: xTitle, y: `p(${word})` }, (quarter) => `${quarter * 100} %`),
      { kind: "path", look: "band", d: bandPath(shares, random[form].low, random[form].high) },
      ...curves.map(({ values, look }): ChartMark => ({ kind: "path", look, d: curvePath(shares, values) })),
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
