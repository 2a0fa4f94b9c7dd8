/** @file Removes what a process left in the folder of runs that was killed while it wrote. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFileEnding } from "../../run/run-id.ts";

/** No file is being written for as long. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Removes files that were never finished, and empty ones that hold an id, a day after they were last touched. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isPart = name.startsWith(".") && name.endsWith(".partial");
    if (!isPart && !name.endsWith(runFileEnding)) continue;
    const path = join(folder, name);
    const status = await stat(path).catch(() => undefined);
    if (status?.isFile() !== true || Date.now() - status.mtimeMs < abandonedMs) continue;
    if (isPart || status.size === 0) await rm(path, { force: true });
  }
}
