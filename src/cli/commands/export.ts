/** @file The command `export`. */
import { dirname } from "node:path";
import { quote } from "../../json/quote.ts";
import { stat } from "node:fs/promises";
import { exportRun, runNameOf, type ExportTarget } from "../../export/export.ts";
import { exportFormats, formatOfPath, type ExportFormat } from "../../export/formats.ts";
import { placeText } from "../../export/describe-selection.ts";
import type { Head } from "../../findings/attentive.ts";
import { checkChoices, type SelectionRequest } from "../../export/selection.ts";
import { gridChoiceNames } from "../../run/grids.ts";
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

/** Exports a run and prints the paths of the files. */
export async function exportCommand(args: ExportArguments, session: Session): Promise<void> {
  const { values } = args;
  const path = runPath(args);
  const request = selectionOf(values);
  const { formats, out } = await targetOf(values, dirname(path));
  session.progress.show("Exporting", 0);
  const opened = await openRunFile(path);
  try {
    for (const warning of opened.run.description.warnings ?? []) session.warn(warning);
    const { files, selection } = await exportRun(opened.run, {
      formats,
      selection: request,
      runName: runNameOf(path),
      out,
      signal: session.signal,
      rule: { inputs: [{ path, what: "the run" }], force: values.force },
    });
    if (values.json) {
      const { group, ...place } = selection;
      session.printJson({ selection: { ...place, ...group }, files });
      return;
    }
    const { group, hideSinks, grids } = selection;
    const sinks = hideSinks ? ", without attention sinks" : "";
    const drawn = grids === undefined ? "" : `, ${gridChoiceNames[grids]}`;
    session.print(`Shown: ${selection.method}, ${placeText(selection)}, answer token "${group.text}"${sinks}${drawn}.`);
    for (const file of files) session.print(file);
  } finally {
    await opened.close();
    session.progress.clear();
  }
}

/** The selection that the options name. Throws a UsageError if a method has no choice of what they say. */
function selectionOf(values: ExportValues): SelectionRequest {
  const { token, layer, method, variant, map, hideSinks, grids } = values;
  const request = { token, layer, method, head: headOf(values.head), variant, map, hideSinks, grids };
  try {
    if (method !== undefined) checkChoices(method, request);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return request;
}
