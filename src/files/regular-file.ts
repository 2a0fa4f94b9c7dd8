/** @file Opens files that others made: regular files only, with a limit on what is read whole. */
import { fileError, fileErrorCode, withFileErrors } from "./file-error.ts";
import { NoRegularFileError, openRegularFile, readFully, type OpenedFile } from "./open-file.ts";
import type { FileSource } from "../storage/file-folder.ts";

/** Opens a regular file, following links; undefined if it does not exist. Throws for folders, pipes and devices. */
async function openExisting(path: string): Promise<OpenedFile | undefined> {
  try {
    return await openRegularFile(path);
  } catch (error) {
    const code = fileErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (error instanceof NoRegularFileError) throw new Error(`${path}: this is not a regular file.`, { cause: error });
    throw fileError(error, path, "read");
  }
}

/** All bytes of a regular file; undefined if it does not exist. Throws an Error if it is larger than `maxBytes`. */
export async function readLimitedFile(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const opened = await openExisting(path);
  if (opened === undefined) return undefined;
  const { handle, status } = opened;
  try {
    const { size } = status;
    if (size > maxBytes) throw new Error(`${path}: the file has ${size} bytes, more than the limit of ${maxBytes}.`);
    return await withFileErrors(path, "read", () => readFully(handle, 0, size));
  } finally {
    await handle.close();
  }
}

/** Opens a regular file for reads from any place. Throws an Error if it does not exist. The caller closes it. */
export async function openFileSource(path: string): Promise<FileSource> {
  const opened = await openExisting(path);
  if (opened === undefined) throw new Error(`${path}: the file is missing.`);
  return sourceOf(opened, path);
}

/** Reads of an opened file; `path` names it in errors. Closing the source closes the file. */
export function sourceOf({ handle, status }: OpenedFile, path: string): FileSource {
  return {
    size: status.size,
    read: (start, end) => withFileErrors(path, "read", () => readFully(handle, start, end)),
    close: () => handle.close(),
  };
}
