/** @file Deleted runs, kept aside until the process ends. */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runFileName } from "./run-ids.ts";

export interface Trash {
  /** Ids that can be brought back. */
  ids(): readonly string[];
  /** Moves a file in. */
  put(id: string, path: string): Promise<void>;
  /** Moves it back, onto whatever holds its place. */
  takeBack(id: string, path: string): Promise<void>;
  empty(): Promise<void>;
}

const trashName = ".trash";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes what processes left behind that did not end by themselves. */
async function removeLeftovers(trash: string): Promise<void> {
  for (const name of await readdir(trash).catch(() => [])) {
    const pid = Number(/^(\d+)-[0-9a-f]+$/.exec(name)?.[1] ?? process.pid);
    if (!isAlive(pid)) await rm(join(trash, name), { recursive: true, force: true });
  }
}

/** The trash of this process in a folder of runs. */
export async function openTrash(folder: string): Promise<Trash> {
  const trash = join(folder, trashName);
  const own = join(trash, `${process.pid}-${randomBytes(4).toString("hex")}`);
  const ids = new Set<string>();
  await removeLeftovers(trash);
  return {
    ids: () => [...ids],
    async put(id, path) {
      await mkdir(own, { recursive: true });
      await rename(path, join(own, runFileName(id)));
      ids.add(id);
    },
    async takeBack(id, path) {
      await rename(join(own, runFileName(id)), path);
      ids.delete(id);
    },
    async empty() {
      ids.clear();
      await rm(own, { recursive: true, force: true });
      // Another process may keep its own there.
      const left = await readdir(trash).catch(() => ["?"]);
      if (left.length === 0) await rm(trash, { recursive: true, force: true });
    },
  };
}
