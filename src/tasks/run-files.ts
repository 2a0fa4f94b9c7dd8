/** @file Runs on disk: written whole or not at all, and opened without reading the large tensors. */
import { randomBytes } from "node:crypto";
import { access, constants, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openFileSource } from "../checkpoint/regular-file.ts";
import { openRun } from "../run/open.ts";
import { encodeRun } from "../run/write.ts";
import type { Run } from "../run/types.ts";
import type { RecordedRun } from "./explain.ts";

/** An opened run file, which stays open until it is closed. */
export interface OpenedRun {
  readonly run: Run;
  /** The path it was opened from. */
  readonly path: string;
  close(): Promise<void>;
}

/** Throws one sentence where a file cannot be written at this path, so that no work is done in vain. */
export async function checkCanWrite(path: string): Promise<void> {
  try {
    const folder = dirname(path);
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(folder), { code: "ENOTDIR" });
    await access(folder, constants.W_OK);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw Object.assign(new Error(path), { code: "EISDIR" });
  } catch (error) {
    throw writeError(error, path);
  }
}

/** Writing that can be stopped, which leaves nothing behind. */
export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes chunks to a file, which is there whole or not at all: written beside, flushed to disk, then renamed. Throws the signal's
 * reason when it is aborted, and one sentence where the file cannot be written.
 */
export async function writeFileAtomically(
  path: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { signal }: WriteOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.partial`);
  try {
    const file = await open(temporary, "wx");
    try {
      for await (const chunk of chunks) await file.writeFile(chunk, { signal });
      await file.sync();
    } finally {
      await file.close();
    }
    signal?.throwIfAborted();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    signal?.throwIfAborted();
    throw writeError(error, path);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist; make the folder first",
  ENOTDIR: "a part of its path is a file; choose another path",
  EACCES: "writing there is not allowed; choose another folder",
  EPERM: "writing there is not allowed; choose another folder",
  EROFS: "the disk cannot be written to; choose another folder",
  ENOSPC: "the disk is full; free some space",
  EISDIR: "it is a folder; give the name of a file",
  ENAMETOOLONG: "its name is too long; choose a shorter one",
};

function writeError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  return new Error(`${path} cannot be written: ${reasons[code] ?? code}.`, { cause: error });
}

/** Writes a run. Throws one sentence where the run contradicts itself or the file cannot be written. */
export async function writeRun(
  path: string,
  { description, tensors }: RecordedRun,
  options: WriteOptions = {},
): Promise<void> {
  const { header, chunks } = encodeRun(description, tensors);
  await writeFileAtomically(path, [header, ...chunks], options);
}

/** Opens a run file. Throws one sentence that names the file where it is missing, no run, damaged or of a newer format. */
export async function openRunFile(path: string): Promise<OpenedRun> {
  const source = await openFileSource(path);
  try {
    return { run: await openRun(source, { file: path }), path, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}
