/** @file Writes files that are there whole or not at all, and moves files without taking another one's place. */
import { link, open, realpath, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileError, fileErrorCode } from "./file-error.ts";
import { halfFileName } from "./half-files.ts";

export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Writing that can be stopped, which leaves nothing behind. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Removes a file; what cannot be removed now goes as a half file at the next start. */
export async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/**
 * Writes chunks into a half file of `folder`, flushed to the disk, and returns its path. Nothing stays if it fails. Errors of the file
 * system come as they are: only the caller knows what the user calls the file.
 */
export async function writeHalfFile(folder: string, chunks: Chunks, { signal }: WriteOptions = {}): Promise<string> {
  const path = join(folder, halfFileName());
  try {
    const file = await open(path, "wx");
    try {
      for await (const chunk of chunks) await file.writeFile(chunk, { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  } catch (error) {
    await removeQuietly(path);
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Writes chunks to a file atomically: they are written beside it, flushed to disk, then renamed. A link is written through,
 * to the file that it names. Throws the signal's reason when it is aborted, and an Error that names `path` if it cannot be written.
 */
export async function writeFileAtomically(path: string, chunks: Chunks, options: WriteOptions = {}): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const half = await writeHalfFile(dirname(target), chunks, options);
    try {
      options.signal?.throwIfAborted();
      await rename(half, target);
    } catch (error) {
      await removeQuietly(half);
      throw error;
    }
  } catch (error) {
    throw fileError(error, path, "written");
  }
}

/** Codes of file systems that cannot give a file a second name. */
const noLinks: readonly string[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL"];

/**
 * Moves a file within its file system to a name that is free, in one step: whoever is stopped in between leaves the file under one name or
 * under both. False if the name is taken. Errors of the file system come as they are.
 */
export async function moveToFreeName(
  from: string,
  to: string,
  { makeLink = link }: { readonly makeLink?: typeof link } = {},
): Promise<boolean> {
  try {
    await makeLink(from, to);
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === "EEXIST") return false;
    if (code === undefined || !noLinks.includes(code)) throw error;
    return moveOverReserved(from, to);
  }
  await removeQuietly(from);
  return true;
}

/** As `moveToFreeName` on file systems without links: the name is held by an empty file until the file takes its place. */
async function moveOverReserved(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, "wx")).close();
  } catch (error) {
    if (fileErrorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await rename(from, to);
  } catch (error) {
    await removeQuietly(to);
    throw error;
  }
  return true;
}
