/** @file Opens a checkpoint folder on the disk. */
import { readCheckpoint, type OpenOptions } from "../checkpoint-reader/read.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { isFolder } from "./cache-layout.ts";
import { requireNoFile } from "./locate.ts";
import { nodeEncoding } from "./outside-encoder.ts";

/** Reads the checkpoint in `folder`. Throws as `readCheckpoint`, and an Error if there is no such folder. */
export async function openCheckpoint(folder: string, options: OpenOptions = {}): Promise<Checkpoint> {
  const files = diskFolder(folder);
  await requireNoFile(files.path);
  if (!(await isFolder(files.path))) throw new Error(`${files.path}: the checkpoint folder does not exist.`);
  return readCheckpoint(files, { ...options, ...nodeEncoding });
}
