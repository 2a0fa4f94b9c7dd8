/** @file The formats of exports. */
import { extname } from "node:path";

export type ExportFormat = "png" | "svg" | "pdf" | "csv" | "json" | "html";
export const exportFormats = ["png", "svg", "pdf", "csv", "json", "html"] as const satisfies readonly ExportFormat[];

/** The formats that show figures; the others hold numbers or the page. */
export const figureFormats = ["png", "svg", "pdf"] as const satisfies readonly ExportFormat[];
export type FigureFormat = (typeof figureFormats)[number];

export function isFigureFormat(format: ExportFormat): format is FigureFormat {
  return figureFormats.some((each) => each === format);
}

/** The format that the ending of a path names, if it is one. */
export function formatOfPath(path: string): ExportFormat | undefined {
  return exportFormats.find((format) => format === extname(path).slice(1).toLowerCase());
}
