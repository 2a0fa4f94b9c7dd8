/** @file The command `export`. */
import { dirname } from "node:path";
import { quote } from "../../json/quote.ts";
import { stat } from "node:fs/promises";
import { checkCauseChoices, isCauseMethod, isCauseRequest } from "../../export/causes/cause-selection.ts";
import { exportCauses, type ExportedCauses } from "../../export/causes/export-causes.ts";
import { exportRun, runNameOf, type AnySelectionRequest, type Exported } from "../../export/export.ts";
import type { PrintedPaper } from "../../export/drawn-figure.ts";
import type { ExportTarget } from "../../export/export-file.ts";
import { exportFormats, figureFormats, formatOfPath, isFigureFormat, type ExportFormat } from "../../export/formats.ts";
import { placeText } from "../../export/describe-selection.ts";
import type { Head } from "../../findings/attentive.ts";
import { checkChoices } from "../../export/selection.ts";
import { gridChoiceNames } from "../../run/grids.ts";
import { flowChoiceNames } from "../../run/measure-choices.ts";
import { openRunFile } from "../../workbench/run-files.ts";
import type { OptionValues } from "../option-spec.ts";
import type { exportOptions } from "../options/export.ts";
import { checkEnding } from "../output-options.ts";
import type { Arguments } from "../parse.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

function headOf(text: string | undefined): Head | undefined {
  if (text === undefined || text === "mean") return text;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--head must be a whole number or mean, got ${quote(text)}.`);
  return Number(text);
}

type ExportArguments = Arguments<typeof exportOptions>;
type ExportValues = OptionValues<typeof exportOptions>;

function runPath({ positionals }: ExportArguments): string {
  const [path, other] = positionals;
  if (path === undefined) throw new UsageError("There is no run; give the path of a run file: export RUN.");
  if (other !== undefined) throw new UsageError(`export takes one run; ${quote(other)} is one too many.`);
  return path;
}

/** What to write, and whether `--out` names a folder or the file of a format. */
async function targetOf(
  { format, out }: ExportValues,
  runFolder: string,
): Promise<{ formats: readonly ExportFormat[]; out: ExportTarget }> {
  const path = out ?? runFolder;
  const named = formatOfPath(path);
  const isFolder = await stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
  if (named === undefined && !isFolder) {
    const advice = `export writes ${exportFormats.join(", ")}, or several files into a folder`;
    checkEnding(path, { allowed: [], advice });
  }
  if (named === undefined || isFolder) return { formats: format ?? ["png"], out: { folder: path } };
  const formats = format ?? [named];
  if (!formats.includes(named)) {
    throw new UsageError(
      `--out ${path} names a ${named} file, but --format is ${formats.join(",")}; change one of them.`,
    );
  }
  return { formats, out: { file: path, format: named } };
}

const paperOptions = { bare: "--bare", width: "--width", fontSize: "--font-size", dpi: "--dpi" } as const;

/** What the options say of figures. Throws a UsageError if there is nothing that they could be of. */
function paperOf({ bare, width, fontSize, dpi }: ExportValues, formats: readonly ExportFormat[]): PrintedPaper {
  const paper = { bare, width, fontSize, dpi };
  const drawn = formats.filter(isFigureFormat);
  for (const [key, option] of Object.entries(paperOptions)) {
    const value = paper[key as keyof typeof paperOptions];
    const isGiven = value !== undefined && value !== false;
    const takers = key === "dpi" ? drawn.filter((format) => format === "png") : drawn;
    if (isGiven && takers.length === 0) {
      const formatsOf = key === "dpi" ? "png" : figureFormats.join(", ");
      throw new UsageError(
        `${option} is of figures, but --format is ${formats.join(",")}; add ${formatsOf}, or leave ${option} out.`,
      );
    }
  }
  return paper;
}

/** Exports a run and prints the paths of the files. */
export async function exportCommand(args: ExportArguments, session: Session): Promise<void> {
  const { values } = args;
  const path = runPath(args);
  const request = selectionOf(values);
  const { formats, out } = await targetOf(values, dirname(path));
  const paper = paperOf(values, formats);
  session.progress.show("Exporting", 0);
  const opened = await openRunFile(path);
  try {
    for (const warning of opened.run.description.warnings ?? []) session.warn(warning);
    const files = { formats, runName: runNameOf(path), out, paper, signal: session.signal };
    const rule = { inputs: [{ path, what: "the run" }], force: values.force };
    const { shown, ...exported } = isCauseRequest(request)
      ? shownCauses(await exportCauses(opened.run, { ...files, rule, selection: request }))
      : shownMap(await exportRun(opened.run, { ...files, rule, selection: request }));
    if (values.json) {
      session.printJson(exported);
      return;
    }
    session.print(`Shown: ${shown}.`);
    for (const file of exported.files) session.print(file);
  } finally {
    await opened.close();
    session.progress.clear();
  }
}

/** What was shown, in words and as JSON. */
interface Shown {
  readonly shown: string;
  readonly selection: object;
  readonly files: readonly string[];
}

function shownMap({ files, selection }: Exported): Shown {
  const { group, ...place } = selection;
  const { hideSinks, grids } = place;
  const sinks = hideSinks ? ", without attention sinks" : "";
  const drawn = grids === undefined ? "" : `, ${gridChoiceNames[grids]}`;
  const shown = `${selection.method}, ${placeText(selection)}, answer token "${group.text}"${sinks}${drawn}`;
  return { shown, selection: { ...place, ...group }, files };
}

function shownCauses({ files, selection }: ExportedCauses): Shown {
  const { group, result, ...place } = selection;
  const head = selection.method === "cleann" ? `, layer ${selection.layer}, head ${selection.head}` : "";
  const edges = selection.method === "flow" ? `, ${flowChoiceNames[selection.edges]}` : "";
  const shown = `causes by ${result.request.kind}${head}${edges}, answer token "${group.text}"`;
  return { shown, selection: { ...place, ...group }, files };
}

/** The selection that the options name. Throws a UsageError if a method has no choice of what they say. */
function selectionOf(values: ExportValues): AnySelectionRequest {
  const { token, layer, method, variant, map, hideSinks, grids, edges } = values;
  const choices = { token, layer, head: headOf(values.head), variant, map, hideSinks, grids, edges };
  try {
    if (isCauseMethod(method)) {
      const request = { ...choices, method };
      checkCauseChoices(request);
      return request;
    }
    if (edges !== undefined) throw new Error("--edges belongs to --method flow; leave it out.");
    if (method !== undefined) checkChoices(method, choices);
    return { ...choices, method };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
