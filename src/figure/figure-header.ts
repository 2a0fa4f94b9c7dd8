/** @file What stands above every figure: what is drawn, the question and the answer; and the line of provenance below. */
import { screenLayout, type FigureLayout } from "./figure-layout.ts";
import { figureColors, textSize } from "./figure-style.ts";
import { drawParagraph } from "./paragraph.ts";
import { placeDrawing, stackDrawings, svgDocument, type Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";

interface FigureHeader {
  /** What is drawn, in one or two words: "Attention". */
  readonly subject: string;
  /** How exactly: "layer 3, head 5, from the position that predicts “right”". */
  readonly detail: string;
  readonly question?: string;
  readonly answer?: string;
}

/** What every figure takes. */
export interface FigureFrame extends FigureHeader {
  /** Model, version, method with parameters, date: below the figure. */
  readonly provenance: string;
  /** As on the screen if it is left out. */
  readonly layout?: FigureLayout;
}

/** Width that a figure is laid out for, in pixels: that of its paper, or else its own. */
export function bodyWidth({ layout }: Pick<FigureFrame, "layout">, own: number): number {
  return layout?.width ?? own;
}

/** Most lines of a question or an answer; beyond it they are cut with an ellipsis. */
const maxQuotedLines = 8;

/** The title line (subject in semibold, detail after it), and the question with its answer, wrapped to `width` pixels. */
function drawHeader({ subject, detail, question, answer }: FigureHeader, width: number, painter: TextPainter): Drawing {
  const bold = { size: 15, weight: 600 } as const;
  const regular = { size: textSize.body, weight: 400 } as const;
  const paragraph = { font: regular, lineHeight: 18 };
  const subjectWidth = painter.width(subject, bold) + 8;
  const oneLine = subjectWidth + painter.width(detail, regular) <= width;
  const title = drawParagraph(subject, { font: bold, fill: figureColors.ink, lineHeight: 19, width }, painter);
  let svg = title.svg;
  let height = title.height + 3;
  if (oneLine) {
    svg += painter.mark(detail, { x: subjectWidth, y: 15, ...regular, fill: figureColors.inkSecond });
  } else {
    const lines = drawParagraph(detail, { ...paragraph, width, fill: figureColors.inkSecond }, painter);
    svg += placeDrawing(lines, 0, height);
    height += lines.height;
  }
  const parts = [
    { label: "Question", text: question },
    { label: "Answer", text: answer },
  ].filter((part): part is { label: string; text: string } => part.text !== undefined && part.text.trim() !== "");
  const labelWidth = painter.width("Question", regular) + 10;
  if (parts.length > 0) height += 4;
  for (const { label, text } of parts) {
    const lines = drawParagraph(
      text,
      { ...paragraph, width: width - labelWidth, maxLines: maxQuotedLines, fill: figureColors.ink },
      painter,
    );
    svg += painter.mark(label, { x: 0, y: height + 14, ...regular, fill: figureColors.inkThird });
    svg += placeDrawing(lines, labelWidth, height);
    height += lines.height;
  }
  return { svg, width, height: height + 4 };
}

/** The line of provenance, wrapped to `width` pixels. */
function drawProvenance(text: string, width: number, painter: TextPainter): Drawing {
  const font = { size: textSize.tick, weight: 400 } as const;
  return drawParagraph(text, { font, fill: figureColors.inkThird, lineHeight: 15, width }, painter);
}

/** Least width of a header, in pixels, if the layout gives none. */
const minWidth = 420;

/** A whole figure: header, body and provenance as one document; of a bare one the body alone. */
export function figureDocument(
  frame: FigureFrame,
  body: Drawing,
  { painter, description }: { readonly painter: TextPainter; readonly description: string },
): string {
  const { subject, detail, provenance, layout = screenLayout } = frame;
  const width = Math.max(bodyWidth(frame, minWidth), body.width);
  const parts = layout.isBare
    ? [body]
    : [drawHeader(frame, width, painter), body, drawProvenance(provenance, width, painter)];
  const said = layout.isBare ? `${description} ${provenance}` : description;
  return svgDocument(stackDrawings(parts, 14), { title: `${subject}: ${detail}`, description: said, layout });
}
