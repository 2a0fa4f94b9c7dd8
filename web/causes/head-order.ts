/** @file Heads of a layer in the order of their importance, as bars and as a table. */
import { drawBars } from "../../src/figure/bars.ts";
import { figureColors, textSize } from "../../src/figure/figure-style.ts";
import { placeDrawing } from "../../src/figure/svg-document.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import type { HeadImportance } from "../../src/run/causes.ts";
import type { Drawing, Table } from "../figures/figure.ts";
import { formatFixed } from "../../src/figure/numbers.ts";

export interface RankedHead {
  readonly head: number;
  readonly value: number;
  /** Length of its bar, 0 to 1: value / (1 + value), half where image and text are equal. The value itself has no upper end. */
  readonly share: number;
}

/** The largest first; equal ones by their number. */
export function inOrder(values: readonly number[]): RankedHead[] {
  return values
    .map((value, head) => ({ head, value, share: value / (1 + value) }))
    .sort((a, b) => b.value - a.value || a.head - b.head);
}

/** Two decimals as long as they are of use: "0.85", "453", "1.1e+7". */
export function formatImportance(value: number): string {
  if (value >= 1e4) return value.toExponential(1);
  return value >= 100 ? formatFixed(value, 0) : formatFixed(value, 2);
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
    const ranked = inOrder(values);
    const bars = ranked.map(({ head, share }) => ({ label: `head ${head}`, value: share, color }));
    // A bar has the length of its share, and the importance as its number.
    const numbers = new Map(ranked.map(({ share, value }) => [share, formatImportance(value)]));
    const drawn = drawBars({ bars, width, max: 1, format: (share) => numbers.get(share) ?? "" }, svgText);
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
