/** @file The figure of text against image: what each answer token rests on, and the inputs behind the chosen one. */
import { drawBars, type Bar } from "./bars.ts";
import { bodyWidth, figureDocument, type FigureFrame } from "./figure-header.ts";
import { figureColors, formatMapValue, formatShare, textSize } from "./figure-style.ts";
import { drawParagraph } from "./paragraph.ts";
import { placeDrawing, stackDrawings, type Drawing } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { shownToken } from "./token-strip.ts";

export interface TextImageFigure extends FigureFrame {
  /** Answer tokens with the share of their relevancy that lies on the image; null if nothing is relevant. None without a picture. */
  readonly tokens: readonly { readonly text: string; readonly imagePart: number | null; readonly selected: boolean }[];
  /** The most relevant inputs of the chosen token, in the order of the bars. */
  readonly inputs: readonly { readonly label: string; readonly relevancy: number; readonly isPatch: boolean }[];
  /** What the chosen token or word is called. */
  readonly chosen: string;
}

const ownWidth = 640;

/** A line of text above bars, with what the colors stand for: beside it, or below if there is no room. */
function heading({ text, note, width }: { text: string; note: string; width: number }, painter: TextPainter): Drawing {
  const bold = { size: textSize.body, weight: 600 } as const;
  const plain = { size: textSize.caption, weight: 400 } as const;
  const title = drawParagraph(text, { font: bold, fill: figureColors.ink, lineHeight: 18, width }, painter);
  const left = painter.width(text, bold) + 10;
  if (left + painter.width(note, plain) <= width) {
    const beside = painter.mark(note, { x: left, y: 14, ...plain, fill: figureColors.inkThird });
    return { svg: title.svg + beside, width, height: 20 };
  }
  const below = drawParagraph(note, { font: plain, fill: figureColors.inkThird, lineHeight: 16, width }, painter);
  return { svg: title.svg + placeDrawing(below, 0, title.height), width, height: title.height + below.height + 2 };
}

/** A bar for each answer token, blue the image's part and orange the text's, and the inputs behind one of them. Returns an SVG document. */
export function textImageFigure(figure: TextImageFigure, painter: TextPainter): string {
  const width = bodyWidth(figure, ownWidth);
  const parts = figure.tokens.map(({ text, imagePart, selected }): Bar => ({
    label: shownToken(text),
    value: imagePart ?? NaN,
    restColor: imagePart === null ? undefined : figureColors.text,
    strong: selected,
  }));
  const inputs = figure.inputs.map(({ label, relevancy, isPatch }): Bar => ({
    label,
    value: relevancy,
    color: isPatch ? figureColors.image : figureColors.text,
  }));
  const partsOfTokens = [
    heading(
      {
        text: "Image part of each answer token",
        note: "blue image, orange question and earlier answer; 0 to 1",
        width,
      },
      painter,
    ),
    drawBars({ bars: parts, width, max: 1, format: formatShare }, painter),
  ];
  const patchNote = parts.length > 0 ? ", a patch is one token" : "";
  const body = stackDrawings(
    [
      ...(parts.length > 0 ? partsOfTokens : []),
      heading(
        {
          text: `Behind “${figure.chosen}”`,
          note: `relevancy, no unit; words are sums over their tokens${patchNote}`,
          width,
        },
        painter,
      ),
      drawBars({ bars: inputs, width, format: formatMapValue }, painter),
    ],
    12,
  );
  return figureDocument(figure, body, {
    painter,
    description: (figure.tokens.length > 0 ? figure.tokens : [{ text: figure.chosen, imagePart: null }])
      .map(({ text, imagePart }) => `${text.trim()} ${imagePart === null ? "-" : formatShare(imagePart)}`)
      .join(", "),
  });
}
