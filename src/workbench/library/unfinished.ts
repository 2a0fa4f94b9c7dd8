/** @file Removes what a process left in the folder of runs that was killed while it wrote. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { removeHalfFiles } from "../../files/half-files.ts";
import { removeQuietly } from "../../files/write-file.ts";
import { runFileEnding } from "../../run/run-id.ts";

/** An id is held by an empty file no longer than this, on file systems that need it. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Removes half files whose writers are gone, and empty ones that hold an id, a day after they were last touched. */
export async function removeUnfinished(folder: string): Promise<void> {
  await removeHalfFiles(folder);
  for (const name of await readdir(folder)) {
    if (!name.endsWith(runFileEnding)) continue;
    const path = join(folder, name);
    const status = await lstat(path).catch(() => undefined);
    if (status?.isFile() !== true || status.size > 0 || Date.now() - status.mtimeMs < abandonedMs) continue;
    await removeQuietly(path);
  }
}
