/** @file Figures in the formats that show them: how each writes its texts, and its bytes. */
import { figureLayout, type FigureLook, type FigurePaper } from "../figure/figure-layout.ts";
import { svgText } from "../figure/svg-text.ts";
import type { FigureFormat } from "./formats.ts";
import { figurePdf } from "./pdf.ts";
import { outlinePainter, rasterize } from "./raster.ts";

/** A figure's place on paper, and the dots per inch of a PNG. */
export interface PrintedPaper extends FigurePaper {
  readonly dpi?: number | undefined;
}

const encoder = new TextEncoder();

/** How a figure of this format is drawn: text stays text in an SVG alone. */
export async function figureLook(format: FigureFormat, paper: PrintedPaper = {}): Promise<FigureLook> {
  return { painter: format === "svg" ? svgText : await outlinePainter(), layout: figureLayout(paper) };
}

/** An SVG figure as a file of this format. */
export async function figureBytes(svg: string, format: FigureFormat, { dpi }: PrintedPaper = {}): Promise<Uint8Array> {
  switch (format) {
    case "svg":
      return encoder.encode(svg);
    case "png":
      return rasterize(svg, dpi);
    case "pdf":
      return figurePdf(svg);
  }
}
