/** @file What stands above every figure: what is drawn, the question and the answer; and the line of provenance below. */
import { figureColors, textSize } from "./figure-style.ts";
import { drawParagraph } from "./paragraph.ts";
import { placeDrawing, type Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";

export interface FigureHeader {
  /** What is drawn, in one or two words: "Attention". */
  readonly subject: string;
  /** How exactly: "layer 3, head 5, from the position that predicts “right”". */
  readonly detail: string;
  readonly question?: string;
  readonly answer?: string;
}

/** What every figure takes. */
export interface FigureFrame extends FigureHeader {
  /** Model, version, method with parameters, date: one line below the figure. */
  readonly provenance: string;
}

/** The title line (subject in semibold, detail after it), and the question with its answer, wrapped to `width` pixels. */
export function drawHeader(
  { subject, detail, question, answer }: FigureHeader,
  width: number,
  painter: TextPainter,
): Drawing {
  const bold = { size: 15, weight: 600 } as const;
  const regular = { size: textSize.body, weight: 400 } as const;
  const paragraph = { font: regular, lineHeight: 18, maxLines: 3 };
  const subjectWidth = painter.width(subject, bold) + 8;
  const oneLine = subjectWidth + painter.width(detail, regular) <= width;
  let svg = painter.mark(subject, { x: 0, y: 15, ...bold });
  let height = 22;
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
    const lines = drawParagraph(text, { ...paragraph, width: width - labelWidth, fill: figureColors.ink }, painter);
    svg += painter.mark(label, { x: 0, y: height + 14, ...regular, fill: figureColors.inkThird });
    svg += placeDrawing(lines, labelWidth, height);
    height += lines.height;
  }
  return { svg, width, height: height + 4 };
}

/** The line of provenance, wrapped to `width` pixels. */
export function drawProvenance(text: string, width: number, painter: TextPainter): Drawing {
  const font = { size: textSize.tick, weight: 400 } as const;
  return drawParagraph(text, { font, fill: figureColors.inkThird, lineHeight: 15, width, maxLines: 3 }, painter);
}

/** A whole figure: header, body and provenance, as wide as the body but at least 420 pixels. */
export function frameFigure(frame: FigureFrame, body: Drawing, painter: TextPainter): readonly Drawing[] {
  const width = Math.max(420, body.width);
  return [drawHeader(frame, width, painter), body, drawProvenance(frame.provenance, width, painter)];
}
