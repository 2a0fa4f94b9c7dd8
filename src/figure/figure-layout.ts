/** @file How large a figure is on paper, and what of it is drawn: by default as on the screen, with title and caption. */
import { textSize } from "./figure-style.ts";
import type { TextPainter } from "./text-painter.ts";

/** What a user asks of a figure for print. */
export interface FigurePaper {
  /** Without title, question, answer and provenance, which a caption beside the figure says. */
  readonly bare?: boolean | undefined;
  /** Width of the whole figure in millimeters. */
  readonly width?: number | undefined;
  /** Size of the text in points. */
  readonly fontSize?: number | undefined;
}

/** A figure's place on paper. */
export interface FigureLayout {
  readonly isBare: boolean;
  /** White space around the figure, in pixels. */
  readonly margin: number;
  /** Width that the parts of a figure are laid out for, in pixels; undefined for that of the figure. */
  readonly width: number | undefined;
  /** Millimeters of a pixel; undefined on the screen. */
  readonly millimeters: number | undefined;
  /** Width of the whole figure in millimeters; undefined if it follows from the parts. */
  readonly paperWidth: number | undefined;
}

/** How a figure is drawn: its texts, and its place on paper. */
export interface FigureLook {
  readonly painter: TextPainter;
  readonly layout: FigureLayout;
}

/** Limits of what a user may ask for: a stamp and a poster. */
export const paperLimits = {
  width: { min: 20, max: 1200 },
  fontSize: { min: 4, max: 40 },
  dpi: { min: 36, max: 1200 },
} as const;

/** Size of the text in points if only the width is given. */
const printedSize = 8;

const millimetersPerInch = 25.4;
const pointsPerInch = 72;

const margins = { framed: 20, bare: 4 } as const;

/** The layout that a paper asks for. */
export function figureLayout({ bare = false, width, fontSize }: FigurePaper = {}): FigureLayout {
  const margin = bare ? margins.bare : margins.framed;
  if (width === undefined && fontSize === undefined) {
    return { isBare: bare, margin, width: undefined, millimeters: undefined, paperWidth: undefined };
  }
  const millimeters = ((fontSize ?? printedSize) * millimetersPerInch) / pointsPerInch / textSize.body;
  return {
    isBare: bare,
    margin,
    width: width === undefined ? undefined : width / millimeters - 2 * margin,
    millimeters,
    paperWidth: width,
  };
}

/** Size of a document on paper, in millimeters; undefined on the screen. A figure that is too wide for its paper is drawn smaller. */
export function paperSize(
  { millimeters, paperWidth }: FigureLayout,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly width: number; readonly height: number } | undefined {
  if (millimeters === undefined) return undefined;
  const each = paperWidth === undefined ? millimeters : paperWidth / width;
  return { width: width * each, height: height * each };
}

export const screenLayout: FigureLayout = figureLayout();
