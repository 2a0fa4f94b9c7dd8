/** @file Runs on disk: written whole or not at all, and opened without reading the large tensors. */
import { openFileSource, sourceOf } from "../files/regular-file.ts";
import type { OpenedFile } from "../files/open-file.ts";
import { openRun } from "../run/open.ts";
import { encodeRun } from "../run/write.ts";
import type { Run } from "../run/types.ts";
import type { RecordedRun } from "../explain/explain.ts";

/** An opened run file, which stays open until it is closed. */
export interface OpenedRun {
  readonly run: Run;
  /** The path it was opened from. */
  readonly path: string;
  close(): Promise<void>;
}

/** The bytes of a run file. Throws an Error if the run contradicts itself. */
export function runChunks({ description, tensors }: RecordedRun): Uint8Array[] {
  const { header, chunks } = encodeRun(description, tensors);
  return [header, ...chunks];
}

/** The run in an opened file, called `name` in messages. The file is closed with the run, and at once if it is no run. */
export async function openedRunOf(opened: OpenedFile, name: string): Promise<Omit<OpenedRun, "path">> {
  const source = sourceOf(opened, name);
  try {
    return { run: await openRun(source, { file: name }), close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens a run file. Throws an Error that names the file if it is missing, no run, damaged or of a newer format. */
export async function openRunFile(path: string): Promise<OpenedRun> {
  const source = await openFileSource(path);
  try {
    return { run: await openRun(source, { file: path }), path, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}
