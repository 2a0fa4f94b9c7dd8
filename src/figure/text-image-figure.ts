/** @file The figure of text against image: what each answer token rests on, and the inputs behind the chosen one. */
import { drawBars, type Bar } from "./bars.ts";
import { frameFigure, type FigureFrame } from "./figure-header.ts";
import { figureColors, formatMapValue, formatShare, textSize } from "./figure-style.ts";
import { stackDrawings, svgDocument, type Drawing } from "./svg-document.ts";
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

const width = 640;

/** A line of text above bars, with what the colors stand for. */
function heading(text: string, note: string, painter: TextPainter): Drawing {
  const bold = { size: textSize.body, weight: 600 } as const;
  const plain = { size: textSize.caption, weight: 400 } as const;
  const left = painter.width(text, bold) + 10;
  const svg =
    painter.mark(text, { x: 0, y: 14, ...bold }) +
    painter.mark(note, { x: left, y: 14, ...plain, fill: figureColors.inkThird });
  return { svg, width, height: 20 };
}

/** A bar for each answer token, blue the image's part and orange the text's, and the inputs behind one of them. Returns an SVG document. */
export function textImageFigure(figure: TextImageFigure, painter: TextPainter): string {
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
    heading("Image part of each answer token", "blue image, orange question and earlier answer; 0 to 1", painter),
    drawBars({ bars: parts, width, max: 1, format: formatShare }, painter),
  ];
  const patchNote = parts.length > 0 ? ", a patch is one token" : "";
  const body = stackDrawings(
    [
      ...(parts.length > 0 ? partsOfTokens : []),
      heading(`Behind “${figure.chosen}”`, `relevancy, no unit; words are sums over their tokens${patchNote}`, painter),
      drawBars({ bars: inputs, width, format: formatMapValue }, painter),
    ],
    12,
  );
  return svgDocument(stackDrawings(frameFigure(figure, body, painter), 14), {
    title: `${figure.subject}: ${figure.detail}`,
    description: (figure.tokens.length > 0 ? figure.tokens : [{ text: figure.chosen, imagePart: null }])
      .map(({ text, imagePart }) => `${text.trim()} ${imagePart === null ? "-" : formatShare(imagePart)}`)
      .join(", "),
  });
}
