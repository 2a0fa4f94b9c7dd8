/** @file Deletion and insertion as numbers: every step, and the areas under the curves. */
import type { CurvesResult } from "../../../src/run/measures.ts";
import type { Table } from "../../figures/figure.ts";
import { formatShare } from "../../../src/figure/numbers.ts";
import type { CurveForm } from "../../../src/figure/chart/curve-chart.ts";
import type { MapMethod } from "../../../src/run/map-catalogue.ts";

/** A row for each step. */
export function curveTable(
  { shares, methods, random, center }: CurvesResult,
  form: CurveForm,
  nameOf: (method: MapMethod) => string,
): Table {
  const band = random[form];
  const columns = [
    ...methods.map(({ method, ...curves }) => ({ label: nameOf(method), values: curves[form].values })),
    { label: "random, mean", values: band.values },
    { label: "random, 95 % from", values: band.low },
    { label: "random, 95 % to", values: band.high },
    ...(center ? [{ label: "center first", values: center[form].values }] : []),
  ];
  return {
    columns: [
      { label: form === "deletion" ? "Share masked" : "Share shown", kind: "number" },
      ...columns.map(({ label }) => ({ label, kind: "number" }) as const),
    ],
    rows: shares.map((share, i) => [share, ...columns.map(({ values }) => values[i]!)]),
  };
}

/** "Area 0.31; random 0.62, 95 % of orders 0.50 to 0.74; center first 0.58. 0 to 1, lower is better." */
export function areasText({ methods, random, center }: CurvesResult, form: CurveForm, method: MapMethod): string {
  const own = methods.find((each) => each.method === method)?.[form].area;
  const { area, areaLow, areaHigh } = random[form];
  const parts = [
    ...(own === undefined ? [] : [`Area ${formatShare(own)}`]),
    `random ${formatShare(area)}, 95 % of orders ${formatShare(areaLow)} to ${formatShare(areaHigh)}`,
    ...(center ? [`center first ${formatShare(center[form].area)}`] : []),
  ];
  return `${parts.join("; ")}. 0 to 1, ${form === "deletion" ? "lower" : "higher"} is better.`;
}
