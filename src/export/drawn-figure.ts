/** @file Figures in the formats that show them: how each writes its texts, and its bytes. */
import { figureLayout, type FigureLook } from "../figure/figure-layout.ts";
import { svgText } from "../figure/svg-text.ts";
import { fileBytes, type PrintedPaper } from "./export-file.ts";
import type { FigureFormat } from "./formats.ts";
import { outlinePainter, rasterize } from "./raster.ts";

/** How a figure of this format is drawn: text stays text in an SVG alone. */
export async function figureLook(format: FigureFormat, paper: PrintedPaper = {}): Promise<FigureLook> {
  return { painter: format === "svg" ? svgText : await outlinePainter(), layout: figureLayout(paper) };
}

/** An SVG figure as a file of this format. */
export async function figureBytes(svg: string, format: FigureFormat, { dpi }: PrintedPaper = {}): Promise<Uint8Array> {
  return format === "svg" ? fileBytes(svg) : rasterize(svg, dpi);
}
