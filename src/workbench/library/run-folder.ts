/** @file The folder of runs itself: whether it is there, can be written to and has room, and errors in it as sentences. */
import { access, constants, stat } from "node:fs/promises";
import { freeBytes } from "../../files/free-space.ts";
import { FileError, fileError, fileErrorCode, type FileWork } from "../../files/file-error.ts";
import { formatBytes } from "../../tensor/byte-size.ts";
import { ProblemError } from "../../problem/problem.ts";

/** The folder's name in messages, which do not tell its path. */
const folderName = "The folder of runs";

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

function folderGone(cause?: unknown): ProblemError {
  const message = `${folderName} is gone: it was removed, renamed or replaced while the server runs. Put it back and try again.`;
  return new ProblemError("unavailable", message, { cause });
}

/** Throws `unavailable` if the folder is gone. */
export async function requireRunFolder(folder: string): Promise<void> {
  if (!(await isFolder(folder))) throw folderGone();
}

/**
 * Throws `unavailable` if a run of about this many bytes cannot be written into the folder, so that no work is done in vain: the folder is
 * gone, read-only or its disk is full.
 */
export async function requireRoomForRun(folder: string, bytes: number): Promise<void> {
  await requireRunFolder(folder);
  try {
    await access(folder, constants.W_OK);
    const free = await freeBytes(folder);
    if (free >= bytes) return;
    throw new ProblemError(
      "unavailable",
      `The run takes about ${formatBytes(bytes)}, and the disk of the folder of runs has ${formatBytes(free)} left; free some space.`,
    );
  } catch (error) {
    throw fileError(error, folderName, "written");
  }
}

/**
 * Does something in the folder. Errors of the file system come as sentences about `name`, which is no path; the folder's own absence as
 * `unavailable`.
 */
export async function inRunFolder<T>(
  folder: string,
  { name = folderName, work }: { readonly name?: string; readonly work: FileWork },
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = fileErrorCode(error);
    const mayBeGone = code === "ENOENT" || code === "ENOTDIR" || code === "ESTALE";
    if (mayBeGone && !(error instanceof FileError) && !(await isFolder(folder))) throw folderGone(error);
    throw fileError(error, name, work);
  }
}
