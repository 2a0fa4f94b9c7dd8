/** @file Ids of runs: the names of their files in the folder of runs, and nothing that leads out of it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { moveToFreeName } from "../../files/write-file.ts";
import { isRunId, runFileEnding, runFileName } from "../../run/run-id.ts";
import { quote } from "../../json/quote.ts";
import { ProblemError } from "../../problem/problem.ts";
import { inRunFolder } from "./run-folder.ts";

/** The path of the run. Throws `not-found` for what cannot be an id, such as "../x". */
export function runPath(folder: string, id: string): string {
  if (!isRunId(id)) throw noSuchRun(id);
  return join(folder, runFileName(id));
}

export function noSuchRun(id: string): ProblemError {
  return new ProblemError("not-found", `There is no run ${quote(id)}; it may have been deleted or renamed.`);
}

/** The ids of the files in a folder. Throws `unavailable` if the folder is gone. */
export async function idsIn(folder: string): Promise<string[]> {
  const names = await inRunFolder(folder, { work: "read" }, () => readdir(folder));
  return names
    .filter((name) => name.endsWith(runFileEnding))
    .map((name) => name.slice(0, -runFileEnding.length))
    .filter(isRunId);
}

const numbered = /^r-(\d{1,9})$/;

/**
 * Gives a finished file in the folder the next free id "r-NNNN", in one step, so that several processes may work in one folder. `others`
 * are ids that are not to be used again either.
 */
export async function moveToNextId(folder: string, path: string, others: Iterable<string>): Promise<string> {
  const used = [...(await idsIn(folder)), ...others].map((id) => Number(numbered.exec(id)?.[1] ?? 0));
  for (let next = used.reduce((most, number) => Math.max(most, number), 0) + 1; ; next++) {
    const id = `r-${String(next).padStart(4, "0")}`;
    if (await moveToFreeName(path, runPath(folder, id))) return id;
  }
}
