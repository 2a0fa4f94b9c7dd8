/** @file Finds the checkpoint that a user names: a folder, or a model in the Hugging Face cache. */
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { quote } from "../json/quote.ts";
import {
  defaultCacheFolder,
  findInCache,
  idOfRepositoryFolder,
  isFolder,
  repositoryFolder,
  snapshotOf,
} from "./cache-layout.ts";
import { isHubId } from "./hub-id.ts";

/** The folder of a checkpoint, and its name in messages. */
export interface CheckpointLocation {
  /** Absolute path of the folder with config.json. */
  readonly folder: string;
  /** Hub id if the folder belongs to a cache, else the folder's name. */
  readonly name: string;
}

/**
 * The folder of a checkpoint. `pathOrId` is an existing folder (also a model's own folder in a cache, which stands for its
 * snapshot), or a hub id whose files are in the cache. Throws an Error if it is a file, and one that says how to download it if it is neither.
 */
export async function locateCheckpoint(
  pathOrId: string,
  options: { readonly cacheFolder?: string } = {},
): Promise<CheckpointLocation> {
  if (await isFolder(pathOrId)) return locateFolder(resolve(pathOrId));
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  await requireNoFile(pathOrId);
  if (!isHubId(pathOrId)) {
    throw new Error(
      `${quote(pathOrId)} is not a folder, and not the id of a model that \`lvlm-interpret models pull\` could download.`,
    );
  }
  const folder = await findInCache({ id: pathOrId, cacheFolder });
  if (folder !== undefined) return { folder: resolve(folder), name: pathOrId };
  if (await isFolder(repositoryFolder(cacheFolder, pathOrId))) {
    throw new Error(
      `${quote(pathOrId)} is in the cache ${cacheFolder}, but not complete; \`lvlm-interpret models pull ${pathOrId}\` completes it.`,
    );
  }
  throw new Error(
    `${quote(pathOrId)} is neither a folder nor in the cache ${cacheFolder}; \`lvlm-interpret models pull ${pathOrId}\` downloads it.`,
  );
}

async function locateFolder(folder: string): Promise<CheckpointLocation> {
  const id = idOfRepositoryFolder(basename(folder));
  if (id !== undefined) {
    const snapshot = await snapshotOf(folder);
    if (snapshot === undefined) {
      throw new Error(
        `${folder}: the cache has no snapshot of ${id}; \`lvlm-interpret models pull ${id}\` downloads it.`,
      );
    }
    return { folder: snapshot, name: id };
  }
  const snapshots = dirname(folder);
  const owner = basename(snapshots) === "snapshots" ? idOfRepositoryFolder(basename(dirname(snapshots))) : undefined;
  return { folder, name: owner ?? basename(folder) };
}

/** Throws an Error if `path` is a file. A path such as "model/config.json" looks like a hub id, so this is asked first. */
export async function requireNoFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === false) throw new Error(`${path} is a file; pass the folder of the checkpoint.`);
}
