/** @file Text in lines: what stands above, in and below a figure. */
import type { Drawing } from "./svg-document.ts";
import { wrapText, type TextFont, type TextPainter } from "./text-painter.ts";

export interface Paragraph {
  readonly font: TextFont;
  readonly fill: string;
  readonly lineHeight: number;
  /** Width in pixels at which lines break. */
  readonly width: number;
  /** The last line is cut if the text needs more; as many as it needs if this is left out. */
  readonly maxLines?: number;
}

/** A text in lines of one font and height. */
export function drawParagraph(text: string, paragraph: Paragraph, painter: TextPainter): Drawing {
  const { font, fill, lineHeight, width, maxLines = Infinity } = paragraph;
  const lines = wrapText(text, { maxWidth: width, maxLines }, { painter, font });
  const svg = lines.map((line, i) => painter.mark(line, { x: 0, y: (i + 1) * lineHeight - 4, ...font, fill })).join("");
  return { svg, width, height: lines.length * lineHeight };
}
