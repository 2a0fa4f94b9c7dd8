/** @file Opens files that others made: regular files only, with a limit on what is read whole. */
import { open, stat, type FileHandle } from "node:fs/promises";
import type { ByteSource } from "../safetensors/read.ts";

/** A file that stays open for reads from any place until it is closed. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a regular file, following links; undefined where it does not exist. Throws for folders, pipes and devices. */
async function openRegularFile(path: string): Promise<FileHandle | undefined> {
  try {
    // Opening a pipe would wait for its writer forever, so it is looked at first.
    if (!(await stat(path)).isFile()) throw new Error(`${path}: this is not a regular file.`);
    return await open(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === undefined) throw error;
    throw new Error(`${path}: the file cannot be read (${code}).`, { cause: error });
  }
}

/** All bytes of a regular file; undefined where it does not exist. Throws where it is larger than `maxBytes`. */
export async function readLimitedFile(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  const handle = await openRegularFile(path);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw new Error(`${path}: the file has ${size} bytes, more than the limit of ${maxBytes}.`);
    return await readFully(handle, 0, size);
  } finally {
    await handle.close();
  }
}

/** Opens a regular file for reads from any place. Throws where it does not exist. The caller closes it. */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await openRegularFile(path);
  if (handle === undefined) throw new Error(`${path}: the file is missing.`);
  const { size } = await handle.stat();
  return {
    size,
    read: (start, end) => readFully(handle, start, end),
    close: () => handle.close(),
  };
}

/** Bytes from `start` up to `end`, fewer only where the file ends before. */
async function readFully(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
