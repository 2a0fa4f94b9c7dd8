/** @file Heads of a layer in the order of their importance, as bars and as a table. */
import { drawBars } from "../../src/figure/bars.ts";
import { figureColors, textSize } from "../../src/figure/figure-style.ts";
import { placeDrawing } from "../../src/figure/svg-document.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import type { HeadImportance } from "../../src/run/causes.ts";
import type { Drawing, Table } from "../figures/figure.ts";
import { formatShare } from "../figures/numbers.ts";

export interface RankedHead {
  readonly head: number;
  readonly value: number;
  /** Of the largest value, 0 to 1. */
  readonly share: number;
}

/** The largest first; equal ones by their number. */
export function inOrder(values: readonly number[]): RankedHead[] {
  const most = Math.max(0, ...values);
  return values
    .map((value, head) => ({ head, value, share: most > 0 ? value / most : 0 }))
    .sort((a, b) => b.value - a.value || a.head - b.head);
}

/** Every head with both numbers and places. */
export function importanceTable(heads: HeadImportance | undefined): Table {
  const image = inOrder(heads?.image ?? []);
  const text = inOrder(heads?.text ?? []);
  const place = (ranked: readonly RankedHead[], head: number): number =>
    ranked.findIndex((each) => each.head === head) + 1;
  return {
    columns: [
      { label: "Head", kind: "number" },
      { label: "Image", kind: "number" },
      { label: "Place by image", kind: "number", unit: `of ${image.length}` },
      { label: "Text", kind: "number" },
      { label: "Place by text", kind: "number", unit: `of ${text.length}` },
    ],
    rows: (heads?.image ?? []).map((value, head) => [
      head,
      value,
      place(image, head),
      heads!.text[head]!,
      place(text, head),
    ]),
  };
}

const width = 230;
const gap = 30;
const titleHeight = 20;

/** Both lists beside each other, on white paper. */
export function importanceDrawing({ image, text }: HeadImportance): Drawing {
  const [left, right] = [
    { name: "Image", values: image, color: figureColors.image },
    { name: "Text", values: text, color: figureColors.text },
  ].map(({ name, values, color }) => {
    const bars = inOrder(values).map(({ head, value }) => ({ label: `head ${head}`, value, color }));
    const drawn = drawBars({ bars, width, format: formatShare }, svgText);
    const title = svgText.mark(name, { x: 0, y: 12, size: textSize.body, weight: 600, fill: color });
    return {
      svg: `${title}${placeDrawing(drawn, 0, titleHeight)}`,
      width: drawn.width,
      height: drawn.height + titleHeight,
    };
  }) as [Parameters<typeof placeDrawing>[0], Parameters<typeof placeDrawing>[0]];
  return {
    kind: "svg",
    markup: `${left.svg}${placeDrawing(right, left.width + gap, 0)}`,
    width: left.width + gap + right.width,
    height: Math.max(left.height, right.height),
  };
}
