/** @file Exports a run: which files a format makes, what they are called, and what is in them. */
import { basename, dirname, extname, join } from "node:path";
import { setImmediate as pause } from "node:timers/promises";
import { makeFolder } from "../files/make-folder.ts";
import { withFileErrors } from "../files/file-error.ts";
import { svgText } from "../figure/svg-text.ts";
import type { TextPainter } from "../figure/text-painter.ts";
import type { Run } from "../run/types.ts";
import { runFileEnding } from "../run/run-id.ts";
import { traceMethods } from "../run/maps.ts";
import { recordsSinks } from "../findings/sinks.ts";
import { checkOutput, plainRule, type OutputRule } from "./outputs/check-output.ts";
import { writeOutputs, type Output } from "./outputs/write-output.ts";
import { formatCsv } from "../figure/csv.ts";
import { textAgainstImage } from "../findings/evidence.ts";
import { placeName } from "./describe-selection.ts";
import { evidenceFigure, lensTableFigure, matrixOfSelection, type NamedFigure } from "./figures.ts";
import type { ExportFormat } from "./formats.ts";
import { htmlPage } from "./report/html-page.ts";
import { jsonDocument } from "./json-document.ts";
import { mapFigures } from "./map-figures.ts";
import { outlinePainter, rasterize } from "./raster.ts";
import { chooseSelection, hasPatchMap, methodsOf, type Selection, type SelectionRequest } from "./selection.ts";
import { evidenceTable, lensTable, mapTable, matrixTable, tokenTable } from "./tables.ts";

/** A file of an export. */
interface ExportFile {
  /** What comes after the run's name, without the ending: ".layers-heads.token-4-right". Empty for the only file of its format. */
  readonly name: string;
  /** The main file of its format takes the name that a user gives. */
  readonly isMain: boolean;
  /** What it adds to the name that a user gives. */
  readonly suffix: string;
  readonly format: ExportFormat;
  readonly bytes: Uint8Array;
}

export interface ExportRequest {
  readonly formats: readonly ExportFormat[];
  readonly selection: SelectionRequest;
  /** Name of the run, for the names of files. */
  readonly runName: string;
  readonly out: ExportTarget;
  readonly signal?: AbortSignal;
  /** Files that are read, and whether files that others made may be replaced; by default none of either. */
  readonly rule?: Omit<OutputRule, "kind">;
}

/** A folder, which is made if it does not exist; or the main file of one format, with the others named after it. */
export type ExportTarget = { readonly folder: string } | { readonly file: string; readonly format: ExportFormat };

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

const encoder = new TextEncoder();

function tokenName({ group }: Selection): string {
  const word = group.text
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 24);
  return `.token-${group.tokens[0]!}${word === "" ? "" : `-${word}`}`;
}

async function figuresOf(run: Run, selection: Selection, painter: TextPainter): Promise<NamedFigure[]> {
  const held = methodsOf(run);
  const figures = hasPatchMap(selection, run.description) ? await mapFigures(run, selection, painter) : [];
  if (selection.method === "relevancy") {
    const against = await textAgainstImage(run);
    if (against !== null) figures.push(await evidenceFigure(run, selection, { against, painter }));
  }
  // Attention on the picture shows what heads read, which is not what methods by gradient are asked for.
  const isTraced = traceMethods.some((method) => method === selection.method);
  const hasMatrix = held.includes("attention") && run.description.images.length > 0;
  if (hasMatrix && isTraced) figures.push(await matrixOfSelection(run, selection, painter));
  if (selection.method === "lens") figures.push(await lensTableFigure(run, painter));
  if (figures.length > 0) return figures;
  throw new Error(
    `The run has no picture, so there is no map of ${selection.method} to draw; export it as csv, json or html.`,
  );
}

function figureNames(figure: NamedFigure, selection: Selection): Pick<ExportFile, "name" | "suffix"> {
  if (figure.kind === "lens-table") return { name: ".lens-table", suffix: ".lens-table" };
  if (figure.kind !== "map") return { name: `.${figure.kind}${tokenName(selection)}`, suffix: `.${figure.kind}` };
  const suffix = figure.picture === undefined ? "" : `.picture-${figure.picture + 1}`;
  return { name: `${placeName(selection)}${tokenName(selection)}${suffix}`, suffix };
}

async function figureFiles(run: Run, selection: Selection, format: "png" | "svg"): Promise<ExportFile[]> {
  const figures = await figuresOf(run, selection, format === "png" ? await outlinePainter() : svgText);
  const files: ExportFile[] = [];
  for (const [i, figure] of figures.entries()) {
    const bytes = format === "png" ? await rasterize(figure.svg) : encoder.encode(figure.svg);
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
    bytes: encoder.encode(formatCsv(table)),
  }));
}

/** The files of each format. A table, so that a format without a maker does not compile. */
const makers: { [F in ExportFormat]: (run: Run, selection: Selection, runName: string) => Promise<ExportFile[]> } = {
  png: (run, selection) => figureFiles(run, selection, "png"),
  svg: (run, selection) => figureFiles(run, selection, "svg"),
  csv: tableFiles,
  json: async (run, selection) => [
    {
      name: `${placeName(selection)}${tokenName(selection)}`,
      suffix: "",
      isMain: true,
      format: "json",
      bytes: encoder.encode(`${JSON.stringify(await jsonDocument(run, selection), null, 2)}\n`),
    },
  ],
  html: async (run, selection, runName) => {
    const page = await htmlPage(run, selection, runName);
    return [{ name: "", suffix: "", isMain: true, format: "html", bytes: encoder.encode(page) }];
  },
};

/** The target of the files: under their own names in a folder, or after the name of a file. */
async function targetOf({ out, runName }: ExportRequest): Promise<(file: ExportFile) => string> {
  if ("folder" in out) {
    const { folder } = out;
    await withFileErrors(folder, "made", () => makeFolder(folder));
    return ({ name, format }) => join(folder, `${runName}${name}.${format}`);
  }
  const stem = join(dirname(out.file), basename(out.file, extname(out.file)));
  return ({ isMain, suffix, format }) => (isMain && format === out.format ? out.file : `${stem}${suffix}.${format}`);
}

async function checkedSelection(run: Run, request: SelectionRequest): Promise<Selection> {
  const selection = await chooseSelection(run, request);
  if (selection.hideSinks && !recordsSinks(run)) {
    throw new Error("The run holds no attention, which sinks are found by; record the method attention.");
  }
  return selection;
}

/**
 * The main file of one format, in memory, and the name that it would get. Throws an Error if the run does not hold what is
 * asked.
 */
export async function exportMainFile(
  run: Run,
  { format, selection, runName }: { format: ExportFormat; selection: SelectionRequest; runName: string },
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const files = await makers[format](run, await checkedSelection(run, selection), runName);
  const main = files.find(({ isMain }) => isMain);
  if (main === undefined) throw new Error(`The run has nothing to show as ${format}.`);
  return { name: `${runName}${main.name}.${format}`, bytes: main.bytes };
}

/**
 * Exports a selection of a run in every format asked for, and returns the paths written. Reads only the tensors that the formats need.
 * Throws an Error if the run does not hold what is asked, or a file cannot be written.
 */
export async function exportRun(run: Run, request: ExportRequest): Promise<Exported> {
  const selection = await checkedSelection(run, request.selection);
  const target = await targetOf(request);
  const { out, rule = plainRule } = request;
  if ("file" in out) await checkOutput(out.file, { ...rule, kind: out.format });
  const outputs: Output[] = [];
  for (const format of request.formats) {
    // Drawing is done between two looks at the signals of the process.
    await pause();
    request.signal?.throwIfAborted();
    for (const file of await makers[format](run, selection, request.runName)) {
      outputs.push({ path: target(file), kind: format, chunks: [file.bytes] });
    }
  }
  await writeOutputs(outputs, rule, request);
  return { selection, files: outputs.map(({ path }) => path) };
}
