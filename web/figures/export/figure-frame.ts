/** @file The frame of an exported figure: title, caption, drawing, legend and provenance as one SVG document, text as text. */
import { drawHeader, drawProvenance } from "../../../src/figure/figure-header.ts";
import { figureColors, textSize } from "../../../src/figure/figure-style.ts";
import { drawKeys } from "../../../src/figure/keys.ts";
import { embeddedImage, stackDrawings, svgDocument, type Drawing as Piece } from "../../../src/figure/svg-document.ts";
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
}

const minWidth = 420;
const gap = 14;
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

function barLegend({ colors, low, high, unit }: Extract<Legend, { kind: "bar" }>): Piece {
  const lowWidth = svgText.width(low, caption) + 8;
  const bar = { x: lowWidth, width: barWidth, height: barHeight, fill: `url(#${barColors})` };
  const place = { y: 9.5, ...caption, fill: figureColors.inkSecond };
  return {
    svg: [
      barGradient(colors),
      svgText.mark(low, { x: 0, ...place }),
      element("rect", bar),
      svgText.mark(high, { x: lowWidth + barWidth + 8, ...place }),
      svgText.mark(unit, { x: 0, y: 28, ...caption, fill: figureColors.inkThird }),
    ].join(""),
    width: Math.max(lowWidth + barWidth + 8 + svgText.width(high, caption), svgText.width(unit, caption)),
    height: unit === "" ? 14 : 32,
  };
}

/** The figure as a self-contained SVG document on white paper. Throws where its picture is no data URL. */
export function frameSvg(frame: FigureFrame): string {
  const { title, drawing, legend, provenance } = frame;
  const width = Math.max(minWidth, Math.ceil(drawing.width));
  const header = drawHeader(
    { subject: title, detail: frame.caption, question: frame.question, answer: frame.answer },
    width,
    svgText,
  );
  const pieces = [
    header,
    framed(drawing),
    ...(legend ? [legend.kind === "bar" ? barLegend(legend) : drawKeys(legend, width, svgText)] : []),
    drawProvenance(provenance, width, svgText),
  ];
  const stacked = stackDrawings(pieces, gap);
  return svgDocument(stacked, { title, description: frame.caption });
}
