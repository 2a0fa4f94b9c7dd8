/** @file The faithfulness of the methods as a figure: its table, and its bars for exports. */
import { drawBars, type Bar } from "../../../src/figure/bars.ts";
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import type { Fill } from "../../../src/run/measure-choices.ts";
import { stackDrawings } from "../../../src/figure/svg-document.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import type { Drawing, Figure, Table } from "../../figures/figure.ts";
import { formatFixed } from "../../../src/figure/numbers.ts";
import { fillNames } from "./fill-names.ts";
import type { AreaBand, Faithfulness } from "./faithfulness.ts";
import { mapRow } from "../../../src/run/maps.ts";

const chartWidth = 480;
const titleHeight = 24;
const chartGap = 20;

/** Every number of the table, baselines below the methods; null where nothing was measured. */
export function faithfulnessTable({ rows, random, center }: Faithfulness): Table {
  const area = { kind: "number", unit: "area, 0 to 1" } as const;
  return {
    columns: [
      { label: "Method", kind: "text" },
      { label: "Deletion, lower is better", ...area },
      { label: "Deletion, low", ...area },
      { label: "Deletion, high", ...area },
      { label: "Insertion, higher is better", ...area },
      { label: "Insertion, low", ...area },
      { label: "Insertion, high", ...area },
      { label: "Random model, lower is better", kind: "number", unit: "rank correlation, −1 to 1" },
    ],
    rows: [
      ...rows.map(({ method, areas, likeness }) => [
        mapRow(method).short,
        areas?.deletion ?? null,
        null,
        null,
        areas?.insertion ?? null,
        null,
        null,
        likeness ?? null,
      ]),
      ...(random
        ? [
            [
              `Random order, mean of ${random.orders}, with the 95 % interval`,
              ...[random.deletion, random.insertion].flatMap(({ area: mean, low, high }) => [mean, low, high]),
              null,
            ],
          ]
        : []),
      ...(center ? [["Center first", center.deletion, null, null, center.insertion, null, null, null]] : []),
    ],
  };
}

function chart(title: string, bars: readonly Bar[]): { svg: string; width: number; height: number } {
  const drawn = drawBars({ bars, width: chartWidth, max: 1, format: (value) => formatFixed(value, 2) }, svgText);
  const head = svgText.mark(title, { x: 0, y: 14, size: textSize.body, weight: 600 });
  return stackDrawings([{ svg: head, width: chartWidth, height: titleHeight }, drawn], 0);
}

function randomLabel({ low, high }: AreaBand): string {
  return `Random (${formatFixed(low, 2)} to ${formatFixed(high, 2)})`;
}

/** A chart for each measure that is there. */
function faithfulnessDrawing({ rows, random, center }: Faithfulness): Drawing {
  const areaBars = (of: "deletion" | "insertion"): Bar[] => [
    ...rows.flatMap(({ method, areas }) =>
      areas ? [{ label: mapRow(method).short, value: areas[of], color: figureColors.certain }] : [],
    ),
    ...(random ? [{ label: randomLabel(random[of]), value: random[of].area, color: figureColors.inkThird }] : []),
    ...(center ? [{ label: "Center first", value: center[of], color: figureColors.inkThird }] : []),
  ];
  const likeness = rows.flatMap(({ method, likeness: value }) =>
    typeof value === "number" ? [{ label: mapRow(method).short, value, color: figureColors.certain }] : [],
  );
  const charts = [
    { title: "Deletion, lower is better", bars: areaBars("deletion") },
    { title: "Insertion, higher is better", bars: areaBars("insertion") },
    { title: "Random model, lower is better", bars: likeness },
  ].filter(({ bars }) => bars.length > 0);
  const { svg, width, height } = stackDrawings(
    charts.map(({ title, bars }) => chart(title, bars)),
    chartGap,
  );
  return { kind: "svg", markup: svg, width, height };
}

export function faithfulnessFigure(
  faithfulness: Faithfulness,
  { name, fill }: { readonly name: string; readonly fill: Fill },
): Figure {
  const isMeasured =
    faithfulness.random !== undefined || faithfulness.rows.some(({ likeness }) => likeness !== undefined);
  return {
    name: "faithfulness",
    title: "How faithful each method is",
    caption: `for ${name}; ${fillNames[fill]}`,
    topic: "faithfulness",
    table: () => faithfulnessTable(faithfulness),
    ...(isMeasured ? { drawing: () => faithfulnessDrawing(faithfulness) } : {}),
    settings: () => ({ fill, over: "patches" }),
  };
}
