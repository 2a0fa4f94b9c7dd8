/** @file The figure of answer tokens tinted by a value. */
import { dataColors, formatMapValue } from "./figure-style.ts";
import { frameFigure } from "./figure-header.ts";
import type { FigureFrame } from "./figure-header.ts";
import { colorRamp, drawColorBar } from "./legend.ts";
import { stackDrawings, svgDocument } from "./svg-document.ts";
import type { TextPainter } from "./text-painter.ts";
import { drawTokenStrip } from "./token-strip.ts";

/** The hue of a value: blue for the image, orange for text, slate for certainty. */
export const tokenColors = {
  image: { bar: dataColors.image, fill: dataColors.imageMid },
  text: { bar: dataColors.text, fill: dataColors.textMid },
  certain: { bar: dataColors.certain, fill: dataColors.certainMid },
} as const;

export interface TokenFigure extends FigureFrame {
  /** Answer tokens with their value in `unit`; null where there is none. */
  readonly tokens: readonly { readonly text: string; readonly value: number | null }[];
  readonly selected: number | null;
  /** Value of a full bar; the largest value where it is not given. */
  readonly max?: number;
  readonly color: keyof typeof tokenColors;
  readonly unit: string;
  readonly note?: string;
  readonly format?: (value: number) => string;
}

const width = 640;

/** The answer, token by token, tinted by a value, with its scale. Returns an SVG document. */
export function tokenFigure(figure: TokenFigure, painter: TextPainter): string {
  const { tokens, selected, unit, note, format = formatMapValue } = figure;
  const color = tokenColors[figure.color];
  const max = figure.max ?? Math.max(0, ...tokens.map(({ value }) => value ?? 0));
  const shares = tokens.map(({ text, value }) => ({ text, share: value === null || max <= 0 ? null : value / max }));
  const strip = drawTokenStrip({ tokens: shares, selected, color, width }, painter);
  const bar = drawColorBar(
    { ramp: colorRamp(dataColors.inset, color.fill), range: { min: 0, max }, unit, note, format, width: 420 },
    painter,
  );
  const body = { ...stackDrawings([strip, bar], 16), width };
  return svgDocument(stackDrawings(frameFigure(figure, body, painter), 14), {
    title: `${figure.subject}: ${figure.detail}`,
    description: tokens.map(({ text, value }) => `${text.trim()} ${value === null ? "-" : format(value)}`).join(", "),
  });
}
