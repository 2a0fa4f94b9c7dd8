/** @file Opens regular files: never a pipe, a device or a folder, and what was checked is what is read. */
import { constants, lstat, open, stat, type FileHandle } from "node:fs/promises";
import type { Stats } from "node:fs";

export interface OpenedFile {
  readonly handle: FileHandle;
  /** Of the opened file itself, whatever has its name by now. */
  readonly status: Stats;
}

/** What is opened is no regular file. */
export class NoRegularFileError extends Error {}

/** Windows knows neither; opening a pipe there does not wait. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants> & { O_RDONLY: number };

/**
 * Opens a regular file for reading. With `follow: false` a link in place of the file is refused. Throws a NoRegularFileError for links,
 * folders, pipes and devices; errors of the file system come as they are. The caller closes the handle.
 */
export async function openRegularFile(
  path: string,
  { follow = true }: { readonly follow?: boolean } = {},
): Promise<OpenedFile> {
  // Opening a device may already do something, and opening a pipe waits for its writer.
  if (!(await (follow ? stat : lstat)(path)).isFile()) throw new NoRegularFileError(path);
  const handle = await open(path, O_RDONLY | O_NONBLOCK | (follow ? 0 : O_NOFOLLOW));
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new NoRegularFileError(path);
    return { handle, status };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Bytes from `start` up to `end`, fewer only if the file ends before. */
export async function readFully(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
