/** @file Runs and what is drawn of them, for scripts. */
import { isCauseMethod } from "../export/causes/cause-selection.ts";
import { exportMainFile, runNameOf } from "../export/export.ts";
import type { ExportFormat } from "../export/formats.ts";
import type { SelectionRequest } from "../export/selection.ts";
import { writeFileAtomically } from "../files/write-file.ts";
import type { MethodName } from "../run/map-catalogue.ts";
import type { CauseMethod, FlowChoice } from "../run/measure-choices.ts";
import { openRun as openBytes } from "../run/open.ts";
import { changedRun } from "../run/rewrite-run.ts";
import type { Run } from "../run/types.ts";
import { bytesSource } from "../safetensors/read.ts";
import { openRunFile } from "../workbench/run-files.ts";

/** A run whose tensors are read when they are asked for; close it in the end. */
export interface OpenRun extends Run {
  close(): Promise<void>;
}

/** Opens a run file, or the bytes of one. Throws an Error if it is missing, no run, damaged or of a newer format. */
export async function openRun(place: string | Uint8Array): Promise<OpenRun> {
  if (typeof place !== "string") {
    return { ...(await openBytes(bytesSource(place), { file: "the run" })), close: () => Promise.resolve() };
  }
  const opened = await openRunFile(place);
  return { ...opened.run, close: () => opened.close() };
}

/** Writes a run file, whole or not at all. Throws an Error if it cannot be written. */
export async function saveRun(path: string, run: Run): Promise<void> {
  await writeFileAtomically(path, await changedRun(run, { description: run.description }));
}

export interface FigureRequest extends Omit<SelectionRequest, "token" | "method"> {
  readonly format: ExportFormat;
  /** A map, or causes that the run holds. @default the first map that the run holds */
  readonly method?: MethodName | CauseMethod;
  /** Which edges of a flow graph are drawn. @default "kept" */
  readonly edges?: FlowChoice;
  /** Index of an answer token, or a word of the answer. @default the decisive word */
  readonly token?: number | string;
  /** What files are named after. @default "run" */
  readonly name?: string;
}

/**
 * A map or the causes of a run as a picture (`png`, `svg`, `pdf`), its numbers (`csv`, `json`), or the whole run as a page (`html`). Throws an Error of one
 * sentence if the run does not hold what is asked.
 */
export async function figure(
  run: Run,
  { format, name = "run", token, method, ...choices }: FigureRequest,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const wanted = { ...choices, ...(token === undefined ? {} : { token: String(token) }) };
  const selection = isCauseMethod(method) ? { ...wanted, method } : { ...wanted, method };
  return exportMainFile(run, { format, selection, runName: runNameOf(name) });
}
