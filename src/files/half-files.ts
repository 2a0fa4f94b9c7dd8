/**
 * @file Files that are being written. Their names hold the process that writes them, so that what a killed process left behind can be told from
 * what another process is writing now.
 */
import { createHash, randomBytes } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** Letters that stand for this computer: process ids mean nothing on another one that shares the folder. */
const computer = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
/** Tells this process from an earlier one of the same id. */
const processMark = randomBytes(4).toString("hex");

/** Names this process in names of files. */
export const writerName = `${computer}-${process.pid}-${processMark}`;

const halfFilePattern = /^\.lvlm-([0-9a-f]{8}-\d+-[0-9a-f]{8})-[0-9a-f]{12}\.partial$/;
/** Names of earlier versions, which do not hold the process. */
const olderPattern = /^\.(?:import-|.+\.run\.safetensors\.)[0-9a-f]{12}\.partial$/;
/** A file whose writer cannot be checked counts as left behind if it was not written to for this long. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** A new name for a file that is being written: hidden, and short whatever the file will be called. */
export function halfFileName(): string {
  return `.lvlm-${writerName}-${randomBytes(6).toString("hex")}.partial`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process of a `writerName` still runs; undefined if it cannot be told, as for another computer's. */
export function isWriterAlive(name: string): boolean | undefined {
  const [, host, pid, mark] = /^([0-9a-f]{8})-(\d+)-([0-9a-f]{8})$/.exec(name) ?? [];
  if (host !== computer) return undefined;
  if (Number(pid) === process.pid) return mark === processMark;
  return isAlive(Number(pid));
}

function isAbandoned(name: string, writtenMs: number): boolean {
  const writer = halfFilePattern.exec(name)?.[1];
  if (writer === undefined && !olderPattern.test(name)) return false;
  const alive = writer === undefined ? undefined : isWriterAlive(writer);
  // The id of a process that ended may have been given to another one.
  const isOwn = writer === writerName;
  return alive === false || (!isOwn && Date.now() - writtenMs > abandonedMs);
}

/** Removes the half files in a folder that nobody writes any more. Files of others stay, and so does what cannot be removed. */
export async function removeHalfFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".partial")) continue;
    const path = join(folder, name);
    const status = await lstat(path).catch(() => undefined);
    if (status?.isFile() === true && isAbandoned(name, status.mtimeMs))
      await rm(path, { force: true }).catch(() => undefined);
  }
}
