/** @file Bars as a drawing for exports. */
import { drawBars } from "../../src/figure/bars.ts";
import type { Bar } from "../../src/figure/bars.ts";
import { svgDocument } from "../../src/figure/svg-document.ts";
import { svgText } from "../../src/figure/svg-text.ts";
import { formatShare } from "../figures/numbers.ts";
import type { Drawing } from "../figures/figure.ts";

const width = 480;
/** White space that `svgDocument` puts around its drawing. */
const documentMargin = 20;

/** One bar a row with its label and share, on white paper. */
export function barsDrawing(title: string, bars: readonly Bar[], max?: number): Drawing {
  const drawing = drawBars({ bars, width, ...(max === undefined ? {} : { max }) }, svgText);
  const description = bars.map(({ label, value }) => `${label} ${formatShare(value)}`).join(", ");
  return {
    kind: "svg",
    markup: svgDocument(drawing, { title, description }),
    width: drawing.width + 2 * documentMargin,
    height: drawing.height + 2 * documentMargin,
  };
}
