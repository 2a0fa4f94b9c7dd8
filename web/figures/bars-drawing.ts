/** @file Bars as a drawing for exports. */
import { drawBars, type Bar, type BarChart } from "../../src/figure/bars.ts";
import { svgDocument } from "../../src/figure/svg-document.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import { formatShare } from "../../src/figure/numbers.ts";
import type { Drawing } from "./figure.ts";

const width = 480;
/** White space that `svgDocument` puts around its drawing. */
const documentMargin = 20;

/** One bar a row with its label and number, a share unless `format` says otherwise, on white paper. */
export function barsDrawing(
  title: string,
  bars: readonly Bar[],
  { format = formatShare, ...scale }: Pick<BarChart, "max" | "format"> = {},
): Drawing {
  const drawing = drawBars({ bars, width, format, ...scale }, svgText);
  const description = bars.map(({ label, value }) => `${label} ${format(value)}`).join(", ");
  return {
    kind: "svg",
    markup: svgDocument(drawing, { title, description }),
    width: drawing.width + 2 * documentMargin,
    height: drawing.height + 2 * documentMargin,
  };
}
