/** @file The formats of exports. */
import { extname } from "node:path";

export type ExportFormat = "png" | "svg" | "csv" | "json" | "html";
export const exportFormats = ["png", "svg", "csv", "json", "html"] as const satisfies readonly ExportFormat[];

/** The format that the ending of a path names, if it is one. */
export function formatOfPath(path: string): ExportFormat | undefined {
  return exportFormats.find((format) => format === extname(path).slice(1).toLowerCase());
}
