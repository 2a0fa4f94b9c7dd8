/** @file Keeps run files open between requests, and closes them when nobody has asked for a while. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { ProblemError } from "../problem.ts";
import { openRunFile } from "../run-files.ts";
import type { OpenedRun } from "../run-files.ts";
import type { Run } from "../../run/types.ts";

export interface OpenRuns {
  /**
   * Works with the run at a path. `version` is another one once the file was written anew; who still reads the old file reads it to
   * the end. Throws `bad-request` where it is no run.
   */
  use<T>(path: string, work: (run: Run, version: string) => Promise<T>): Promise<T>;
  /** Closes the file at a path as soon as nobody reads it, so that it can be moved. */
  release(path: string): Promise<void>;
  close(): Promise<void>;
}

interface Handle {
  readonly version: string;
  readonly opened: Promise<OpenedRun>;
  readers: number;
  /** True where it is closed by its last reader. */
  retired: boolean;
  timer?: NodeJS.Timeout;
}

/** A file that nobody asked for as long is closed. */
const idleMs = 60_000;

/** Tells two states of a file apart. */
export async function fileVersion(path: string): Promise<string> {
  const { ino, mtimeMs, size } = await stat(path);
  return `${ino}-${mtimeMs}-${size}`;
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
  /** The handle of the file as it is now, with one reader more, so that nobody closes it in between. */
  async function handleFor(path: string): Promise<Handle> {
    const version = await fileVersion(path);
    const found = handles.get(path);
    if (found?.version === version) {
      found.readers += 1;
      return found;
    }
    const handle: Handle = { version, opened: openRunFile(path), readers: 1, retired: false };
    handles.set(path, handle);
    if (found !== undefined) await retire(path, found);
    return handle;
  }
  return {
    async use(path, work) {
      const handle = await handleFor(path);
      clearTimeout(handle.timer);
      try {
        const { run } = await handle.opened.catch((error: unknown) => {
          handles.delete(path);
          handle.retired = true;
          // The folder is nobody's business but this computer's.
          const message = (error as Error).message.replaceAll(path, basename(path));
          throw new ProblemError("bad-request", message, { cause: error });
        });
        return await work(run, handle.version);
      } finally {
        handle.readers -= 1;
        if (handle.readers === 0 && handle.retired) await closeHandle(handle);
        else if (handle.readers === 0) {
          handle.timer = setTimeout(() => void retire(path, handle), idleMs);
          handle.timer.unref();
        }
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
