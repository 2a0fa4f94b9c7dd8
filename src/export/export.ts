/** @file Exports a run: which files a format makes, what they are called, and what is in them. */
import { basename } from "node:path";
import { formatCsv } from "../figure/csv.ts";
import type { FigureLook } from "../figure/figure-layout.ts";
import { textAgainstImage } from "../findings/evidence.ts";
import { recordsSinks } from "../findings/sinks.ts";
import { traceMethods } from "../run/maps.ts";
import { runFileEnding } from "../run/run-id.ts";
import type { Run } from "../run/types.ts";
import { chooseCauses, isCauseRequest, type CauseSelectionRequest } from "./causes/cause-selection.ts";
import { causeMakers } from "./causes/export-causes.ts";
import { placeName } from "./describe-selection.ts";
import { figureBytes, figureLook, type PrintedPaper } from "./drawn-figure.ts";
import {
  fileBytes,
  tokenName,
  writeFiles,
  type ExportFile,
  type FileMakers,
  type FilesRequest,
  type MakerRequest,
} from "./export-file.ts";
import { evidenceFigure, lensTableFigure, matrixOfSelection, type NamedFigure } from "./figures.ts";
import type { ExportFormat, FigureFormat } from "./formats.ts";
import { jsonDocument } from "./json-document.ts";
import { mapFigures } from "./map-figures.ts";
import { htmlPage, reportStart } from "./report/html-page.ts";
import { chooseSelection, hasPatchMap, methodsOf, type Selection, type SelectionRequest } from "./selection.ts";
import { evidenceTable, lensTable, mapTable, matrixTable, tokenTable } from "./tables.ts";

export interface ExportRequest extends FilesRequest {
  readonly selection: SelectionRequest;
}

export interface Exported {
  readonly selection: Selection;
  /** Paths of the files written, the main one of each format first. */
  readonly files: readonly string[];
}

/** "arrow" of "runs/arrow.run.safetensors". */
export function runNameOf(path: string): string {
  const name = basename(path);
  return name.endsWith(runFileEnding) ? name.slice(0, -runFileEnding.length) : basename(name, ".safetensors");
}

async function figuresOf(run: Run, selection: Selection, look: FigureLook): Promise<NamedFigure[]> {
  const held = methodsOf(run);
  const figures = hasPatchMap(selection, run.description) ? await mapFigures(run, selection, look) : [];
  if (selection.method === "relevancy") {
    const against = await textAgainstImage(run);
    if (against !== null) figures.push(await evidenceFigure(run, selection, { against, look }));
  }
  // Attention on the picture shows what heads read, which is not what methods by gradient are asked for.
  const isTraced = traceMethods.some((method) => method === selection.method);
  const hasMatrix = held.includes("attention") && run.description.images.length > 0;
  if (hasMatrix && isTraced) figures.push(await matrixOfSelection(run, selection, look));
  if (selection.method === "lens") figures.push(await lensTableFigure(run, look));
  if (figures.length > 0) return figures;
  throw new Error(
    `The run has no picture, so there is no map of ${selection.method} to draw; export it as csv, json or html.`,
  );
}

function figureNames(figure: NamedFigure, selection: Selection): Pick<ExportFile, "name" | "suffix"> {
  if (figure.kind === "lens-table") return { name: ".lens-table", suffix: ".lens-table" };
  if (figure.kind !== "map") return { name: `.${figure.kind}${tokenName(selection.group)}`, suffix: `.${figure.kind}` };
  const suffix = figure.picture === undefined ? "" : `.picture-${figure.picture + 1}`;
  return { name: `${placeName(selection)}${tokenName(selection.group)}${suffix}`, suffix };
}

async function figureFiles(
  run: Run,
  selection: Selection,
  { format, paper }: { readonly format: FigureFormat; readonly paper?: PrintedPaper | undefined },
): Promise<ExportFile[]> {
  const figures = await figuresOf(run, selection, await figureLook(format, paper));
  const files: ExportFile[] = [];
  for (const [i, figure] of figures.entries()) {
    const bytes = await figureBytes(figure.svg, format, paper);
    files.push({ ...figureNames(figure, selection), isMain: i === 0, format, bytes });
  }
  return files;
}

async function tableFiles(run: Run, selection: Selection): Promise<ExportFile[]> {
  const held = methodsOf(run);
  const lens = held.includes("lens") ? [{ name: ".lens", suffix: ".lens", table: await lensTable(run) }] : [];
  const isMapped = hasPatchMap(selection, run.description);
  const main = isMapped
    ? { name: placeName(selection), suffix: "", table: await mapTable(run, selection) }
    : { ...lens[0]!, suffix: "" };
  const tables = [main, { name: ".tokens", suffix: ".tokens", table: tokenTable(run.description) }];
  // It sums attention over the picture.
  if (held.includes("attention") && run.description.images.length > 0) {
    tables.push({ name: ".layers-heads", suffix: ".layers-heads", table: await matrixTable(run) });
  }
  const against = await textAgainstImage(run);
  if (against !== null) {
    const name = ".text-against-image";
    tables.push({ name, suffix: name, table: evidenceTable(against) });
  }
  if (isMapped) tables.push(...lens);
  return tables.map(({ table, ...names }, i) => ({
    ...names,
    isMain: i === 0,
    format: "csv",
    bytes: fileBytes(formatCsv(table)),
  }));
}

const makers: FileMakers<Selection> = {
  png: (run, selection, { paper }) => figureFiles(run, selection, { format: "png", paper }),
  svg: (run, selection, { paper }) => figureFiles(run, selection, { format: "svg", paper }),
  pdf: (run, selection, { paper }) => figureFiles(run, selection, { format: "pdf", paper }),
  csv: tableFiles,
  json: async (run, selection) => [
    {
      name: `${placeName(selection)}${tokenName(selection.group)}`,
      suffix: "",
      isMain: true,
      format: "json",
      bytes: fileBytes(`${JSON.stringify(await jsonDocument(run, selection), null, 2)}\n`),
    },
  ],
  html: async (run, selection, { runName }) => {
    const page = await htmlPage(run, await reportStart(run, selection), runName);
    return [{ name: "", suffix: "", isMain: true, format: "html", bytes: fileBytes(page) }];
  },
};

async function checkedSelection(run: Run, request: SelectionRequest): Promise<Selection> {
  const selection = await chooseSelection(run, request);
  if (selection.hideSinks && !recordsSinks(run)) {
    throw new Error("The run holds no attention, which sinks are found by; record the method attention.");
  }
  return selection;
}

/** What is exported: a map, or causes that the run holds. */
export type AnySelectionRequest = SelectionRequest | CauseSelectionRequest;

/**
 * The main file of one format, in memory, and the name that it would get. Throws an Error if the run does not hold what is
 * asked.
 */
export async function exportMainFile(
  run: Run,
  {
    format,
    selection,
    ...request
  }: MakerRequest & {
    readonly format: ExportFormat;
    readonly selection: AnySelectionRequest;
  },
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const files = isCauseRequest(selection)
    ? await causeMakers[format](run, chooseCauses(run, selection), request)
    : await makers[format](run, await checkedSelection(run, selection), request);
  const main = files.find(({ isMain }) => isMain);
  if (main === undefined) throw new Error(`The run has nothing to show as ${format}.`);
  return { name: `${request.runName}${main.name}.${format}`, bytes: main.bytes };
}

/**
 * Exports a selection of a run in every format asked for, and returns the paths written. Reads only the tensors that the formats need.
 * Throws an Error if the run does not hold what is asked, or a file cannot be written.
 */
export async function exportRun(run: Run, request: ExportRequest): Promise<Exported> {
  const selection = await checkedSelection(run, request.selection);
  return { selection, files: await writeFiles(run, request, { makers, selection }) };
}
