/** @file Finds models in the folder that Hugging Face's libraries download to and share. */
import { lstat, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkHubId, checkRevision, isCommit, isHubId } from "./hub-id.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { readLimitedFile } from "../files/regular-file.ts";
import { readShardIndex } from "../checkpoint/shard-index.ts";

/** The revision that is taken if none is asked for. */
export const defaultRevision = "main";

const folderPrefix = "models--";

/** A model in the cache. */
export interface CachedModel {
  readonly id: string;
  /** Its snapshot, or the model's own folder if there is no snapshot yet. */
  readonly folder: string;
  /** Disk space of all revisions and of parts of downloads. */
  readonly bytes: number;
  /** Whether config.json and all weight files are there. */
  readonly complete: boolean;
}

/**
 * The cache folder: `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub` in `HF_HOME`, which is `huggingface` in
 * `XDG_CACHE_HOME` or in `~/.cache`. A `~` at the start and variables in them (`$NAME`, `${NAME}`) stand for what Python's
 * expanduser and expandvars make of them, as huggingface_hub has it.
 */
export function defaultCacheFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const set = (name: string): string | undefined => environment[name] || undefined;
  const caches = set("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  const home = set("HF_HOME") ?? join(caches, "huggingface");
  const folder = set("HF_HUB_CACHE") ?? set("HUGGINGFACE_HUB_CACHE") ?? join(home, "hub");
  return folder
    .replace(/^~(?=$|[\\/])/, () => homedir())
    .replace(/\$(?:(\w+)|\{([^}]*)\})/g, (written, plain?: string, braced?: string) => {
      return environment[plain ?? braced ?? ""] ?? written;
    });
}

/** The folder of the model `id` in the cache. Throws an Error for what is no id. */
export function repositoryFolder(cacheFolder: string, id: string): string {
  checkHubId(id);
  return join(cacheFolder, folderPrefix + id.replace("/", "--"));
}

/** The id of a cache's folder name such as `models--organization--name`; undefined for other folders. */
export function idOfRepositoryFolder(name: string): string | undefined {
  if (!name.startsWith(folderPrefix)) return undefined;
  const id = name.slice(folderPrefix.length).replace("--", "/");
  return isHubId(id) ? id : undefined;
}

/**
 * The snapshot of the model `id` in the cache, at `revision` (a branch, a tag or a commit); undefined if it is not there or
 * not complete. Without a revision it is "main", or the only snapshot if no "main" was recorded. Throws for what is no id.
 */
export async function findInCache(query: {
  readonly id: string;
  readonly revision?: string;
  readonly cacheFolder: string;
}): Promise<string | undefined> {
  const folder = await snapshotOf(repositoryFolder(query.cacheFolder, query.id), query.revision);
  return folder !== undefined && (await isComplete(folder)) ? folder : undefined;
}

/** The snapshot in a model's own cache folder, complete or not; see `findInCache`. */
export async function snapshotOf(repository: string, revision?: string): Promise<string | undefined> {
  const commit = await commitOf(repository, revision);
  if (commit === undefined) return undefined;
  const folder = join(repository, "snapshots", commit);
  return (await isFolder(folder)) ? folder : undefined;
}

async function commitOf(repository: string, revision: string | undefined): Promise<string | undefined> {
  if (revision !== undefined) checkRevision(revision);
  if (revision !== undefined && isCommit(revision)) return revision;
  const bytes = await readLimitedFile(join(repository, "refs", revision ?? defaultRevision), 1_000);
  if (bytes !== undefined) {
    const commit = new TextDecoder().decode(bytes).trim();
    return isCommit(commit) ? commit : undefined;
  }
  const snapshots = revision === undefined ? (await namesIn(join(repository, "snapshots"))).filter(isCommit) : [];
  return snapshots.length === 1 ? snapshots[0] : undefined;
}

/** Every model of the cache, sorted by id. An absent cache folder holds none. */
export async function listCached(cacheFolder: string): Promise<CachedModel[]> {
  const models: CachedModel[] = [];
  for (const name of await namesIn(cacheFolder)) {
    const id = idOfRepositoryFolder(name);
    const repository = join(cacheFolder, name);
    if (id === undefined || !(await isFolder(repository))) continue;
    const snapshot = await snapshotOf(repository);
    const complete = snapshot !== undefined && (await isComplete(snapshot));
    models.push({ id, folder: snapshot ?? repository, bytes: await diskSpaceOf(repository), complete });
  }
  return models.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether a checkpoint folder has config.json and all its weight files. Links to nothing do not count. */
export async function isComplete(folder: string): Promise<boolean> {
  if (!(await isFile(join(folder, "config.json")))) return false;
  if (await isFile(join(folder, "model.safetensors"))) return true;
  try {
    const shards = await readShardIndex(diskFolder(folder));
    if (shards === undefined) return false;
    const present = await Promise.all([...shards.keys()].map((shard) => isFile(join(folder, shard))));
    return present.every(Boolean);
  } catch {
    return false;
  }
}

/** Bytes of the regular files in `folder`, links not followed, so that a blob counts once. */
async function diskSpaceOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const status = await lstat(path).catch(() => undefined);
    if (status?.isDirectory() === true) bytes += await diskSpaceOf(path);
    else if (status?.isFile() === true) bytes += status.size;
  }
  return bytes;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}

/** Whether `path` is a folder, links followed. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
