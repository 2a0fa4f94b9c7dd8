/** @file The files of an export: what they are called, and how all of them are written. */
import { basename, dirname, extname, join } from "node:path";
import { setImmediate as pause } from "node:timers/promises";
import { makeFolder } from "../files/make-folder.ts";
import { withFileErrors } from "../files/file-error.ts";
import type { Run } from "../run/types.ts";
import { checkOutput, plainRule, type OutputRule } from "./outputs/check-output.ts";
import { writeOutputs, type Output } from "./outputs/write-output.ts";
import type { PrintedPaper } from "./drawn-figure.ts";
import type { ExportFormat } from "./formats.ts";

/** A file of an export. */
export interface ExportFile {
  /** What comes after the run's name, without the ending: ".layers-heads.token-4-right". Empty for the only file of its format. */
  readonly name: string;
  /** The main file of its format takes the name that a user gives. */
  readonly isMain: boolean;
  /** What it adds to the name that a user gives. */
  readonly suffix: string;
  readonly format: ExportFormat;
  readonly bytes: Uint8Array;
}

/** What the files of a run are made with. */
export interface MakerRequest {
  /** Name of the run, for the names of files. */
  readonly runName: string;
  /** Size and parts of figures; as on the screen if it is left out. */
  readonly paper?: PrintedPaper | undefined;
}

/** The files of each format, of a selection. A table, so that a format without a maker does not compile. */
export type FileMakers<Selection> = {
  readonly [F in ExportFormat]: (run: Run, selection: Selection, request: MakerRequest) => Promise<ExportFile[]>;
};

/** A folder, which is made if it does not exist; or the main file of one format, with the others named after it. */
export type ExportTarget = { readonly folder: string } | { readonly file: string; readonly format: ExportFormat };

/** What is written and where, of any selection. */
export interface FilesRequest extends MakerRequest {
  readonly formats: readonly ExportFormat[];
  readonly out: ExportTarget;
  readonly signal?: AbortSignal;
  /** Files that are read, and whether files that others made may be replaced; by default none of either. */
  readonly rule?: Omit<OutputRule, "kind">;
}

const encoder = new TextEncoder();

/** Text as the bytes of a file. */
export function fileBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** ".token-4-right": the token's part of a file name. */
export function tokenName({ tokens, text }: { readonly tokens: readonly number[]; readonly text: string }): string {
  const word = text
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 24);
  return `.token-${tokens[0]!}${word === "" ? "" : `-${word}`}`;
}

/** The target of the files: under their own names in a folder, or after the name of a file. */
async function targetOf({ out, runName }: FilesRequest): Promise<(file: ExportFile) => string> {
  if ("folder" in out) {
    const { folder } = out;
    await withFileErrors(folder, "made", () => makeFolder(folder));
    return ({ name, format }) => join(folder, `${runName}${name}.${format}`);
  }
  const stem = join(dirname(out.file), basename(out.file, extname(out.file)));
  return ({ isMain, suffix, format }) => (isMain && format === out.format ? out.file : `${stem}${suffix}.${format}`);
}

/** Makes and writes the files of every format asked for, and returns their paths, the main one of each format first. */
export async function writeFiles<Selection>(
  run: Run,
  request: FilesRequest,
  { makers, selection }: { readonly makers: FileMakers<Selection>; readonly selection: Selection },
): Promise<string[]> {
  const target = await targetOf(request);
  const { out, rule = plainRule } = request;
  if ("file" in out) await checkOutput(out.file, { ...rule, kind: out.format });
  const outputs: Output[] = [];
  for (const format of request.formats) {
    // Drawing is done between two looks at the signals of the process.
    await pause();
    request.signal?.throwIfAborted();
    for (const file of await makers[format](run, selection, request)) {
      outputs.push({ path: target(file), kind: format, chunks: [file.bytes] });
    }
  }
  await writeOutputs(outputs, rule, request);
  return outputs.map(({ path }) => path);
}
