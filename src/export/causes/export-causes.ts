/** @file Exports causes that a run holds: figure, table, JSON, and the report opened at them. */
import { namedRun } from "../../cause-figure/causal-graph/graph-tokens.ts";
import { cleannTable } from "../../cause-figure/cleann-table.ts";
import { formatCsv, type Table } from "../../figure/csv.ts";
import { columnHeads, type FigureTable } from "../../figure/figure-table.ts";
import { namedGroups } from "../../cause-figure/flow-layout.ts";
import { flowTable } from "../../cause-figure/flow-table.ts";
import { causesTable, listedCauses } from "../../cause-figure/found-causes.ts";
import { quoted, shownText } from "../../figure/token-names.ts";
import { imageTokens } from "../../run/positions.ts";
import type { ReportStart } from "../../run/report-start.ts";
import type { Run } from "../../run/types.ts";
import { runDocument } from "../json-document.ts";
import {
  fileBytes,
  tokenName,
  writeFiles,
  type ExportFile,
  type FileMakers,
  type FilesRequest,
} from "../export-file.ts";
import { figureBytes, figureLook, type PrintedPaper } from "../drawn-figure.ts";
import type { FigureFormat } from "../formats.ts";
import { htmlPage } from "../report/html-page.ts";
import { causeFigures } from "./cause-figures.ts";
import { causeName } from "./cause-name.ts";
import { chooseCauses, type CauseSelection, type CauseSelectionRequest } from "./cause-selection.ts";
import { causesDocument } from "./causes-document.ts";

/** The selection's part of a file name: ".cleann.layer-5.head-4.token-4-right". */
function nameOf(selection: CauseSelection): string {
  const { method, group } = selection;
  const place = selection.method === "cleann" ? `.layer-${selection.layer}.head-${selection.head}` : "";
  const edges = selection.method === "flow" && selection.edges !== "kept" ? `.${selection.edges}` : "";
  return `.${method}${place}${edges}${tokenName(group)}`;
}

async function figureFiles(
  run: Run,
  selection: CauseSelection,
  { format, paper }: { readonly format: FigureFormat; readonly paper?: PrintedPaper | undefined },
): Promise<ExportFile[]> {
  const look = await figureLook(format, paper);
  const files: ExportFile[] = [];
  for (const [i, { picture, svg }] of (await causeFigures(run, selection, look)).entries()) {
    const suffix = picture === undefined ? "" : `.picture-${picture + 1}`;
    const bytes = await figureBytes(svg, format, paper);
    files.push({ name: `${nameOf(selection)}${suffix}`, suffix, isMain: i === 0, format, bytes });
  }
  return files;
}

function onlyFile(selection: CauseSelection, format: "csv" | "json", text: string): ExportFile[] {
  return [{ name: nameOf(selection), suffix: "", isMain: true, format, bytes: fileBytes(text) }];
}

/** The table of a selection, as the page shows it. */
function tableOf({ description }: Run, selection: CauseSelection): FigureTable {
  const { group } = selection;
  switch (selection.method) {
    case "minimal":
      return causesTable(listedCauses(namedRun(description), selection.result));
    case "flow":
      return flowTable(namedGroups(selection.result, quoted(shownText(group.text))));
    case "cleann":
      return cleannTable(selection.result, (place) => causeName(description, place));
  }
}

function csvOf(table: FigureTable): Table {
  return { columns: columnHeads(table), rows: table.rows };
}

/** The picture on which most patches of the sets lie. */
function mainPicture({ description }: Run, selection: CauseSelection): number {
  const counts = description.images.map(() => 0);
  if (selection.method !== "minimal" || counts.length < 2) return 0;
  const members = new Set(selection.result.image?.sets.flatMap(({ positions }) => positions));
  for (const { position, image } of imageTokens(description)) if (members.has(position)) counts[image]! += 1;
  return counts.indexOf(Math.max(...counts));
}

function reportStart(run: Run, selection: CauseSelection): ReportStart {
  const { method, group } = selection;
  const place = selection.method === "cleann" ? { layer: selection.layer, head: selection.head } : {};
  const edges = selection.method === "flow" ? { edges: selection.edges } : {};
  const grids = selection.method === "minimal" && selection.grids !== undefined ? { grids: selection.grids } : {};
  return { method, tokens: group.tokens, ...place, ...edges, ...grids, picture: mainPicture(run, selection) };
}

export const causeMakers: FileMakers<CauseSelection> = {
  png: (run, selection, { paper }) => figureFiles(run, selection, { format: "png", paper }),
  svg: (run, selection, { paper }) => figureFiles(run, selection, { format: "svg", paper }),
  pdf: (run, selection, { paper }) => figureFiles(run, selection, { format: "pdf", paper }),
  csv: (run, selection) => Promise.resolve(onlyFile(selection, "csv", formatCsv(csvOf(tableOf(run, selection))))),
  json: (run, selection) => {
    const { group, result, ...choice } = selection;
    const token = { index: group.tokens[0]!, text: group.text };
    const document = {
      ...runDocument(run.description),
      selection: { ...choice, tokens: group.tokens, text: group.text },
      ...causesDocument(run.description, { token, results: [result] }),
      result,
    };
    return Promise.resolve(onlyFile(selection, "json", `${JSON.stringify(document, null, 2)}\n`));
  },
  html: async (run, selection, { runName }) => {
    const page = await htmlPage(run, reportStart(run, selection), runName);
    return [{ name: "", suffix: "", isMain: true, format: "html", bytes: fileBytes(page) }];
  },
};

interface CauseExportRequest extends FilesRequest {
  readonly selection: CauseSelectionRequest;
}

export interface ExportedCauses {
  readonly selection: CauseSelection;
  /** Paths of the files written, the main one of each format first. */
  readonly files: readonly string[];
}

/**
 * Exports causes that a run holds in every format asked for, and returns the paths written. Throws an Error if the run does not hold them, or
 * a file cannot be written.
 */
export async function exportCauses(run: Run, request: CauseExportRequest): Promise<ExportedCauses> {
  const selection = chooseCauses(run, request.selection);
  return { selection, files: await writeFiles(run, request, { makers: causeMakers, selection }) };
}
