/** @file Deleted runs, kept aside until the process ends. */
import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isWriterAlive, writerName } from "../../files/half-files.ts";
import { moveToFreeName } from "../../files/write-file.ts";
import { ProblemError } from "../../problem/problem.ts";
import { runFileName } from "../../run/run-id.ts";

export interface Trash {
  /** Ids that can be brought back. */
  ids(): readonly string[];
  /** Moves a file in. Errors of the file system come as they are. */
  put(id: string, path: string): Promise<void>;
  /** Moves the file of an id that was put in last back to a path, in one step; false if the path is taken. */
  takeBack(id: string, path: string): Promise<boolean>;
  empty(): Promise<void>;
}

const trashName = ".trash";
/** What another computer left is old when nothing was put in for as long. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** A link in place of the trash would lead out of the folder. */
async function isRealFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  if (status?.isDirectory() !== true) return false;
  // Earlier versions wrote the process alone.
  const older = /^(\d+)-[0-9a-f]+$/.exec(name)?.[1];
  if (older !== undefined) return Number(older) !== process.pid && !isProcessAlive(Number(older));
  if (!/^[0-9a-f]{8}-\d+-[0-9a-f]{8}\.[0-9a-z]+$/.test(name)) return false;
  const alive = isWriterAlive(name.split(".")[0]!);
  return alive === false || (alive === undefined && Date.now() - status.mtimeMs > abandonedMs);
}

/** Removes what processes left behind that did not end by themselves. */
async function removeLeftovers(trash: string): Promise<void> {
  if (!(await isRealFolder(trash))) return;
  for (const name of await readdir(trash).catch(() => [])) {
    const path = join(trash, name);
    if (await isAbandoned(path, name)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The trash of this process in a folder of runs. */
export async function openTrash(folder: string): Promise<Trash> {
  const trash = join(folder, trashName);
  // A process may open a folder twice.
  const own = join(trash, `${writerName}.${randomBytes(4).toString("hex")}`);
  /** The files of each id, the last deleted one last. */
  const files = new Map<string, string[]>();
  let count = 0;
  await removeLeftovers(trash);
  return {
    ids: () => [...files.keys()],
    async put(id, path) {
      // Made one by one, so that nothing is made in place of a folder of runs that is gone.
      for (const each of [trash, own]) {
        await mkdir(each).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        });
        if (await isRealFolder(each)) continue;
        const message = `The folder of runs holds a link or a file in place of ${trashName}, where deleted runs are kept; remove it and try again.`;
        throw new ProblemError("conflict", message);
      }
      // A folder for each, since a run of this id may have been deleted before.
      const place = join(own, String(count++));
      await mkdir(place);
      const kept = join(place, runFileName(id));
      await rename(path, kept);
      files.set(id, [...(files.get(id) ?? []), kept]);
    },
    async takeBack(id, path) {
      const kept = [...(files.get(id) ?? [])];
      const last = kept.pop();
      if (last === undefined || !(await moveToFreeName(last, path))) return false;
      if (kept.length > 0) files.set(id, kept);
      else files.delete(id);
      return true;
    },
    async empty() {
      files.clear();
      if (!(await isRealFolder(trash))) return;
      await rm(own, { recursive: true, force: true }).catch(() => undefined);
      // Another process may keep its own there.
      const left = await readdir(trash).catch(() => ["?"]);
      if (left.length === 0) await rm(trash, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}
