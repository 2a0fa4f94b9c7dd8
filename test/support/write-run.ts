/** @file Writes the file of a recorded run, as the commands and the library of runs do. */
import type { RecordedRun } from "../../src/explain/explain.ts";
import { writeFileAtomically } from "../../src/files/write-file.ts";
import { runChunks } from "../../src/workbench/run-files.ts";

export async function writeRun(path: string, run: RecordedRun): Promise<void> {
  await writeFileAtomically(path, runChunks(run));
}
