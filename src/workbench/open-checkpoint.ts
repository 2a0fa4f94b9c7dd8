/** @file Opens the checkpoint that a user names, by default the demo model. */
import { locateCheckpoint, type CheckpointLocation } from "../checkpoint-folder/locate.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { bundledModel } from "../program/demo.ts";

/** The folder of the checkpoint, and its name in messages. Throws an Error if it is not found. */
export async function locateNamedCheckpoint(
  pathOrId: string,
  options: { readonly cacheFolder?: string } = {},
): Promise<CheckpointLocation> {
  const bundled = bundledModel(pathOrId);
  if (bundled !== undefined) return { folder: bundled.folder, name: bundled.name };
  return locateCheckpoint(pathOrId, options);
}

/**
 * The checkpoint of a folder, of a hub id whose files are in the cache, or one that comes with the package ("demo", "demo-twin"). Throws an Error if it is not found, damaged
 * or not supported.
 */
export async function openNamedCheckpoint(
  pathOrId: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Checkpoint> {
  const { folder, name } = await locateNamedCheckpoint(pathOrId);
  return openCheckpoint(folder, { name, signal: options.signal });
}
