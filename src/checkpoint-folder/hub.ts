/** @file Downloads a checkpoint from the Hugging Face hub into the cache that Hugging Face's libraries share. */
import { copyFile, rm, stat, statfs, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileDownloadInfo } from "@huggingface/hub";
import { fileError } from "../files/file-error.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { makeFolder } from "../files/make-folder.ts";
import { quote } from "../json/quote.ts";
import { defaultRevision, isComplete, repositoryFolder } from "./cache-layout.ts";
import {
  chooseConfiguration,
  chooseWeights,
  listHubFiles,
  readCommit,
  shardIndexName,
  type HubAccess,
  type HubFile,
} from "./hub-files.ts";
import { checkRevision, isCommit } from "./hub-id.ts";
import { anySignal, limitedFetch } from "./hub-fetch.ts";
import { downloadFile } from "./hub-transfer.ts";
import { readShardIndex } from "../checkpoint/shard-index.ts";

/** How far a download is. Bytes count all files, those that were in the cache before included. */
export interface DownloadProgress {
  /** The file that is being downloaded. */
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly filesDone: number;
  readonly filesTotal: number;
}

/** A model on the hub, and how the hub is asked. */
export interface HubOptions {
  readonly id: string;
  /** A branch, a tag or a commit. @default "main" */
  readonly revision?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** Needed for private and gated models; sent to the hub only, not to the servers that it refers to. */
  readonly accessToken?: string;
  /** @default the public hub */
  readonly hubUrl?: string;
  /** Milliseconds in which the hub has to answer, and some bytes of a file have to come. @default 120_000 */
  readonly patienceMs?: number;
}

/** What to download, and how. */
export interface DownloadOptions extends HubOptions {
  readonly cacheFolder: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

const defaultPatienceMs = 120_000;

interface Download {
  readonly access: HubAccess;
  readonly origin: () => string | undefined;
  readonly commit: string;
  readonly repository: string;
  readonly signal: AbortSignal | undefined;
  /** For the files themselves, which may take as long as bytes come. */
  readonly send: typeof fetch;
  readonly patienceMs: number;
}

/**
 * Downloads what a checkpoint needs, its JSON and Jinja files and the safetensors files, and returns the folder of the snapshot.
 * Files that are in the cache already are not downloaded again, and an interrupted download continues where it stopped.
 * Sizes and hashes are checked. Throws an Error if the model is not there or access is refused, there are no safetensors
 * files, the disk is too small, the connection is lost, or a file is damaged; an abort throws the signal's reason.
 */
export async function downloadCheckpoint(options: DownloadOptions): Promise<string> {
  const { id, cacheFolder, signal, revision = defaultRevision } = options;
  const repository = repositoryFolder(cacheFolder, id);
  checkRevision(revision);
  const hub = accessOf(options);
  try {
    signal?.throwIfAborted();
    const commit = await readCommit(hub.access, revision);
    const snapshot = join(repository, "snapshots", commit);
    await downloadSnapshot({ ...hub, commit, repository, signal }, options.onProgress);
    if (!isCommit(revision)) await writeReference(join(repository, "refs", revision), commit);
    if (!(await isComplete(snapshot))) throw new Error(`${snapshot}: the snapshot is not complete after the download.`);
    return snapshot;
  } catch (error) {
    // A connection that an abort closes may fail with an error of its own first.
    signal?.throwIfAborted();
    throw explainHubError(fileError(error, `The cache folder ${cacheFolder}`, "written"), id, revision);
  }
}

/** The hub's functions take a `fetch` but no signal, and keep their default address to themselves. */
export function accessOf(options: HubOptions): Pick<Download, "access" | "origin" | "send" | "patienceMs"> {
  const { id, hubUrl, accessToken, signal, patienceMs = defaultPatienceMs } = options;
  const send = options.fetch ?? fetch;
  const limited = limitedFetch(send, { milliseconds: patienceMs, signal });
  let origin: string | undefined;
  const fetchOfHub: typeof fetch = (input, init) => {
    origin ??= new URL(input instanceof Request ? input.url : input).origin;
    return limited(input, init);
  };
  const access = { id, hubUrl, accessToken, fetch: fetchOfHub };
  const sendWithSignal: typeof fetch = (input, init) => {
    return send(input, { ...init, signal: anySignal(signal, init?.signal) });
  };
  return { access, origin: () => origin, send: sendWithSignal, patienceMs };
}

async function downloadSnapshot(
  download: Download,
  onProgress: DownloadOptions["onProgress"] = () => undefined,
): Promise<void> {
  const { access, commit, repository } = download;
  const { id } = access;
  const listed = await listHubFiles(access, commit);
  const configuration = chooseConfiguration(listed, id);
  await makeFolder(join(repository, "blobs"));
  const weights = await chooseWeights(listed, id, async () => {
    await downloadToSnapshot(download, listed.get(shardIndexName)!, () => undefined);
    const index = await readShardIndex(diskFolder(join(repository, "snapshots", commit)));
    return index?.keys() ?? [];
  });
  const files = [...configuration, ...weights];
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  await checkDiskSpace(repository, files);
  let bytesDone = 0;
  for (const [filesDone, file] of files.entries()) {
    const counts = { file: file.path, totalBytes, filesTotal: files.length };
    await downloadToSnapshot(download, file, (bytes) => {
      onProgress({ ...counts, receivedBytes: bytesDone + bytes, filesDone });
    });
    bytesDone += file.size;
    onProgress({ ...counts, receivedBytes: bytesDone, filesDone: filesDone + 1 });
  }
}

/** Downloads `file` unless the cache has it, and links it into the snapshot. */
async function downloadToSnapshot(
  download: Download,
  file: HubFile,
  onReceived: (bytes: number) => void,
): Promise<void> {
  const { access, commit, repository, signal } = download;
  const blob = join(repository, "blobs", file.digest.hex);
  if ((await sizeOf(blob)) !== file.size) {
    const { id, ...rest } = access;
    const info = await fileDownloadInfo({ repo: id, path: file.path, revision: commit, ...rest });
    if (info === null) throw new Error(`${quote(id)} has no file ${quote(file.path)} although the hub lists it.`);
    // The address may be another server's, which must not see the token.
    const trusted = new URL(info.url).origin === download.origin();
    const headers: Record<string, string> =
      trusted && access.accessToken !== undefined ? { authorization: `Bearer ${access.accessToken}` } : {};
    await downloadFile({
      ...{ file, url: info.url, headers, target: blob, signal, onReceived },
      fetch: download.send,
      patienceMs: download.patienceMs,
    });
  }
  await linkBlob(blob, join(repository, "snapshots", commit, ...file.path.split("/")));
}

async function linkBlob(blob: string, link: string): Promise<void> {
  await makeFolder(dirname(link));
  await rm(link, { force: true });
  try {
    await symlink(relative(dirname(link), blob), link);
  } catch (error) {
    // Windows lets only some users make links.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
    await copyFile(blob, link);
  }
}

async function writeReference(path: string, commit: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeFile(path, commit);
}

async function checkDiskSpace(repository: string, files: readonly HubFile[]): Promise<void> {
  const { bavail, bsize } = await statfs(repository);
  let needed = 0;
  for (const { size, digest } of files) {
    const blob = join(repository, "blobs", digest.hex);
    if ((await sizeOf(blob)) !== size) needed += size - ((await sizeOf(`${blob}.incomplete`)) ?? 0);
  }
  if (needed <= bavail * bsize) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new Error(
    `${repository}: the download needs ${gigabytes(needed)} GB, but the disk has ${gigabytes(bavail * bsize)} GB left; free some space or choose another cache folder with HF_HUB_CACHE.`,
  );
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

/** Says what to do about an error of the hub or the network; other errors are sentences already. */
export function explainHubError(error: unknown, id: string, revision: string): unknown {
  const { statusCode } = error as { statusCode?: unknown };
  const model = `${quote(id)} at revision ${quote(revision)}`;
  if (statusCode === 404) {
    return new Error(`The hub has no model ${model}; check the spelling.`, { cause: error });
  }
  if (statusCode === 401 || statusCode === 403) {
    return new Error(
      `The hub gives no access to ${model}: there is no such model, or it is private or gated and needs an access token whose owner has accepted its terms.`,
      { cause: error },
    );
  }
  if (typeof statusCode === "number") {
    return new Error(`The hub answers with status ${statusCode} for ${model}; try again later.`, {
      cause: error,
    });
  }
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new Error(`The hub takes too long to answer for ${model}; try again later.`, { cause: error });
  }
  if (error instanceof TypeError && (error.message === "fetch failed" || error.message === "terminated")) {
    const { code, message } = (error.cause ?? {}) as { code?: unknown; message?: unknown };
    const reason = [code, message].find((each) => typeof each === "string");
    return new Error(
      `The hub cannot be reached for ${model}${reason === undefined ? "" : ` (${reason})`}; what was downloaded is kept, so run it again.`,
      { cause: error },
    );
  }
  return error;
}
