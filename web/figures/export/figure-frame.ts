/** @file The frame of an exported figure: title, caption, drawing, legend and provenance as one SVG document, text as text. */
import { bodyWidth, figureDocument } from "../../../src/figure/figure-header.ts";
import type { FigureLayout } from "../../../src/figure/figure-layout.ts";
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import { drawKeys } from "../../../src/figure/keys.ts";
import { drawParagraph } from "../../../src/figure/paragraph.ts";
import { embeddedImage, stackDrawings, type Drawing as Piece } from "../../../src/figure/svg-document.ts";
import { svgText } from "../../../src/figure/svg-text.ts";
import { element } from "../../../src/figure/xml.ts";
import type { Legend } from "../figure.ts";

/** What stands in the frame: a picture as a data URL, or SVG markup; sizes in CSS pixels. */
export type FramedDrawing = { readonly width: number; readonly height: number; readonly ground?: string } & (
  { readonly kind: "image"; readonly dataUrl: string } | { readonly kind: "svg"; readonly markup: string }
);

export interface FigureFrame {
  readonly title: string;
  readonly caption: string;
  readonly drawing: FramedDrawing;
  readonly legend?: Legend;
  readonly question?: string;
  readonly answer?: string;
  readonly provenance: string;
  /** As on the screen if it is left out. */
  readonly layout?: FigureLayout;
}

const minWidth = 420;
const caption = { size: textSize.caption, weight: 400 } as const;

function framed(drawing: FramedDrawing): Piece {
  const { width, height, ground } = drawing;
  // Markup of a whole document is nested; its own size holds.
  const content =
    drawing.kind === "image"
      ? embeddedImage(drawing.dataUrl, { width, height })
      : drawing.markup.replace(/^\s*<\?xml[^>]*\?>/, "");
  const under = ground === undefined ? "" : element("rect", { width, height, fill: ground });
  return { svg: `${under}${content}`, width, height };
}

const barWidth = 240;
const barHeight = 10;
const barColors = "legend-colors";

/** The colors are evenly spaced samples of the scale, however few; between them it is drawn as they mix. */
function barGradient(colors: readonly string[]): string {
  const last = Math.max(1, colors.length - 1);
  const stops = colors.map((color, i) => element("stop", { offset: i / last, "stop-color": color }));
  return `<linearGradient id="${barColors}">${stops.join("")}</linearGradient>`;
}

function barLegend({ colors, low, high, unit }: Extract<Legend, { kind: "bar" }>, width: number): Piece {
  const gap = 8;
  const lowWidth = svgText.width(low, caption) + gap;
  const highWidth = svgText.width(high, caption) + gap;
  const length = Math.max(20, Math.min(barWidth, width - lowWidth - highWidth));
  const bar = { x: lowWidth, width: length, height: barHeight, fill: `url(#${barColors})` };
  const place = { y: 9.5, ...caption, fill: figureColors.inkSecond };
  const ends = [
    barGradient(colors),
    svgText.mark(low, { x: 0, ...place }),
    element("rect", bar),
    svgText.mark(high, { x: lowWidth + length + gap, ...place }),
  ];
  const whole = { svg: ends.join(""), width: lowWidth + length + highWidth, height: 14 };
  if (unit === "") return whole;
  const meaning = { font: caption, fill: figureColors.inkThird, lineHeight: 16, width };
  return stackDrawings([whole, drawParagraph(unit, meaning, svgText)], 2);
}

function legendPiece(legend: Legend, width: number): Piece {
  return legend.kind === "bar" ? barLegend(legend, width) : drawKeys(legend, width, svgText);
}

/** A drawing of the page has the size that it has there; it is drawn smaller if the paper is narrower. */
function fitted(piece: Piece, width: number | undefined): Piece {
  if (width === undefined || piece.width <= width) return piece;
  const scale = width / piece.width;
  return { svg: `<g transform="scale(${scale.toFixed(4)})">${piece.svg}</g>`, width, height: piece.height * scale };
}

/** The figure as a self-contained SVG document on white paper. Throws where its picture is no data URL. */
export function frameSvg(frame: FigureFrame): string {
  const { title, caption: detail, drawing, legend, layout } = frame;
  const width = bodyWidth(frame, Math.max(minWidth, Math.ceil(drawing.width)));
  const drawn = fitted(framed(drawing), layout?.width);
  const body = stackDrawings([drawn, ...(legend ? [legendPiece(legend, width)] : [])], 14);
  const described = legend === undefined || legend.unit === "" ? detail : `${detail}; ${legend.unit}`;
  return figureDocument({ ...frame, subject: title, detail }, body, { painter: svgText, description: described });
}
