/** @file A figure of the page as a file in one of its formats. */
import { provenanceText, type ExportContext } from "./export-context.ts";
import { figureCsv, figuresJson } from "./figure-data.ts";
import { frameSvg, type FramedDrawing } from "./figure-frame.ts";
import type { Drawing, Figure } from "../figure.ts";
import { exportFileName } from "./file-names.ts";
import { rasterizeSvg } from "./raster.ts";
import type { MadeFile } from "./save-file.ts";

/** `png` is at two pixels per CSS pixel, `png4` at four. */
export type FigureFormat = "png" | "png4" | "svg" | "csv" | "json";

const scales = { png: 2, png4: 4 } as const;

function framedDrawing(drawing: Drawing): FramedDrawing {
  const { width, height } = drawing;
  if (drawing.kind === "svg") return { kind: "svg", markup: drawing.markup, width, height };
  // A canvas is drawn for the theme of the page; on white paper its light text would be lost.
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  return { kind: "image", dataUrl: drawing.canvas.toDataURL("image/png"), width, height, ground };
}

/** The figure in its frame as an SVG document; undefined where there is nothing to draw. */
function figureSvg(figure: Figure, context: ExportContext): string | undefined {
  const drawing = figure.drawing?.();
  if (!drawing) return undefined;
  const legend = figure.legend?.();
  return frameSvg({
    title: figure.title,
    caption: figure.caption,
    drawing: framedDrawing(drawing),
    ...(legend ? { legend } : {}),
    question: context.question,
    answer: context.answer,
    provenance: provenanceText(figure, context, legend),
  });
}

/** The figure as PNG in its frame; undefined where there is nothing to draw. */
export async function figurePng(figure: Figure, context: ExportContext, scale: number): Promise<Blob | undefined> {
  const svg = figureSvg(figure, context);
  return svg === undefined ? undefined : rasterizeSvg(svg, scale);
}

async function contentOf(figure: Figure, context: ExportContext, format: FigureFormat): Promise<Blob | undefined> {
  switch (format) {
    case "csv":
      if (figure.table().rows.length === 0) return undefined;
      // Spreadsheets read UTF-8 only where the file begins with a byte order mark.
      return new Blob(["\ufeff", figureCsv(figure, context)], { type: "text/csv" });
    case "json":
      return new Blob([figuresJson([figure], context)], { type: "application/json" });
    case "svg": {
      const svg = figureSvg(figure, context);
      return svg === undefined ? undefined : new Blob([svg], { type: "image/svg+xml" });
    }
    default:
      return figurePng(figure, context, scales[format]);
  }
}

/** The figure as a file; undefined where this format has nothing to show, as a picture of a figure that is only a table. */
export async function figureFile(
  figure: Figure,
  context: ExportContext,
  format: FigureFormat,
): Promise<MadeFile | undefined> {
  const content = await contentOf(figure, context, format);
  if (!content) return undefined;
  const { run, tab, selection } = context;
  const ending = format === "png4" ? "png" : format;
  return { name: exportFileName({ run, tab, figure: figure.name, token: selection.text }, ending), content };
}
