/** @file What must be true of a folder of runs after a process was killed: nothing finished is lost, and nothing half is shown. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runFileEnding } from "../../src/run/run-id.ts";
import { openRunFile } from "../../src/workbench/run-files.ts";
import type { RunSummary } from "../../src/findings/run-document.ts";
import type { ServerProcess } from "../server-process.ts";

/** Runs by id, each with the hash of its file. */
export type Library = ReadonlyMap<string, string>;

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The finished runs of a folder. */
export function readLibrary(folder: string): Library {
  const names = readdirSync(folder).filter(
    (name) => name.endsWith(runFileEnding) && statSync(join(folder, name)).size > 0,
  );
  return new Map(names.map((name) => [name.slice(0, -runFileEnding.length), digestOf(join(folder, name))]));
}

/** Files that are no finished runs: parts, held ids, and what lies in the folder of deleted runs. */
export function halfFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const isRun = path.endsWith(runFileEnding) && !path.includes("/.");
      return !isRun || statSync(path).size === 0;
    });
}

/** What a check expects of the runs that were there before. */
export interface Expected {
  readonly before: Library;
  /** Half files that earlier kills left, which were told then. */
  readonly halfBefore?: readonly string[];
  /** The run that was being changed, which may be as before or changed. */
  readonly changing?: string;
  /** The run that was being deleted or brought back, which may be there or not. */
  readonly moving?: string;
  /** Runs that must be there, or must not, since the program had said so. */
  readonly present?: string;
  readonly absent?: string;
}

/** What is wrong with the folder of a server that was started anew. */
export async function checkLibrary(server: ServerProcess, folder: string, expected: Expected): Promise<string[]> {
  const { before, halfBefore = [], changing, moving, present, absent } = expected;
  const faults: string[] = [];
  const listed = ((await server.request("GET", "/api/runs")) as RunSummary[]).map(({ id }) => id);
  const now = readLibrary(folder);
  for (const [id, digest] of before) {
    if (id === moving) continue;
    if (!now.has(id)) faults.push(`the finished run ${id} is lost`);
    else if (!listed.includes(id)) faults.push(`the finished run ${id} is not listed`);
    else if (id !== changing && now.get(id) !== digest) faults.push(`the run ${id} is another one`);
  }
  for (const id of listed) {
    try {
      await server.request("GET", `/api/runs/${id}`);
      const opened = await openRunFile(join(folder, id + runFileEnding));
      for (const name of opened.run.tensors.keys()) await opened.run.tensor(name);
      await opened.close();
    } catch (error) {
      faults.push(`the run ${id} is shown, but does not open: ${(error as Error).message}`);
    }
  }
  if (present !== undefined && !listed.includes(present))
    faults.push(`the run ${present} was promised and is not there`);
  if (absent !== undefined && listed.includes(absent)) faults.push(`the run ${absent} was deleted and is there`);
  const half = halfFiles(folder).filter((path) => !halfBefore.includes(path));
  faults.push(...half.map((path) => `the half file ${path.slice(folder.length + 1)} is left`));
  return faults;
}
