/** @file Keeps run files open between requests, and closes those that were unused for a while. */
import { lstat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { openRegularFile } from "../../files/open-file.ts";
import { fileErrorCode } from "../../files/file-error.ts";
import type { Run } from "../../run/types.ts";
import { ProblemError } from "../../problem/problem.ts";
import { openedRunOf } from "../run-files.ts";

/** The place of a run, and its name in messages. */
export interface RunPlace {
  readonly path: string;
  /** The file's name without folders. */
  readonly file: string;
}

/** An opened run, held until it is released. */
interface HeldRun {
  readonly run: Run;
  /** A new value after the file was rewritten; a reader of the old file reads it to the end. */
  readonly version: string;
  release(): Promise<void>;
}

export interface OpenRuns {
  /**
   * Opens the run at a place; links are not followed. Throws `bad-request` if it is not a run; errors of the file system come as they are.
   */
  hold(place: RunPlace): Promise<HeldRun>;
  /** Closes the file at a path when its last reader is done, so that it can be moved. */
  release(path: string): Promise<void>;
  close(): Promise<void>;
}

interface OpenedVersion {
  readonly run: Run;
  /** Of the open file, even if another file has its name by now. */
  readonly version: string;
  close(): Promise<void>;
}

interface Handle {
  /** Of the file as it was looked at before it was opened. */
  readonly version: string;
  readonly opened: Promise<OpenedVersion>;
  readers: number;
  /** True if it is closed by its last reader. */
  retired: boolean;
  timer?: NodeJS.Timeout;
}

/** A file that was unused for this long is closed. */
const idleMs = 60_000;

/** Tells two states of a file apart. */
export function fileVersion({ ino, mtimeMs, size }: Stats): string {
  return `${ino}-${mtimeMs}-${size}`;
}

async function openVersion({ path, file }: RunPlace): Promise<OpenedVersion> {
  const opened = await openRegularFile(path, { follow: false });
  const version = fileVersion(opened.status);
  try {
    return { ...(await openedRunOf(opened, file)), version };
  } catch (error) {
    if (fileErrorCode(error) !== undefined) throw error;
    throw new ProblemError("bad-request", (error as Error).message, { cause: error });
  }
}

export function openRuns(): OpenRuns {
  const handles = new Map<string, Handle>();

  async function closeHandle({ opened, timer }: Handle): Promise<void> {
    clearTimeout(timer);
    const file = await opened.catch(() => undefined);
    await file?.close();
  }
  async function retire(path: string, handle: Handle): Promise<void> {
    if (handles.get(path) === handle) handles.delete(path);
    handle.retired = true;
    if (handle.readers === 0) await closeHandle(handle);
  }
  /** The handle of the file as it is now, with one reader more, so that it is not closed in between. */
  async function handleFor(place: RunPlace): Promise<Handle> {
    const version = fileVersion(await lstat(place.path));
    const found = handles.get(place.path);
    if (found?.version === version) {
      found.readers += 1;
      return found;
    }
    const handle: Handle = { version, opened: openVersion(place), readers: 1, retired: false };
    handles.set(place.path, handle);
    if (found !== undefined) await retire(place.path, found);
    return handle;
  }
  return {
    async hold(place) {
      const handle = await handleFor(place);
      clearTimeout(handle.timer);
      async function release(): Promise<void> {
        handle.readers -= 1;
        if (handle.readers > 0) return;
        if (handle.retired) return closeHandle(handle);
        handle.timer = setTimeout(() => void retire(place.path, handle), idleMs);
        handle.timer.unref();
      }
      try {
        const { run, version } = await handle.opened;
        return { run, version, release };
      } catch (error) {
        if (handles.get(place.path) === handle) handles.delete(place.path);
        handle.retired = true;
        await release();
        throw error;
      }
    },
    async release(path) {
      const handle = handles.get(path);
      if (handle !== undefined) await retire(path, handle);
    },
    async close() {
      await Promise.all([...handles].map(([path, handle]) => retire(path, handle)));
    },
  };
}
