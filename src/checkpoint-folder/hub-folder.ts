/** @file The files of a model on the Hugging Face hub as `FileFolder`: read where they are, by ranges, and written nowhere. */
import { fileDownloadInfo } from "@huggingface/hub";
import { quote } from "../json/quote.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { defaultRevision } from "./cache-layout.ts";
import { accessOf, explainHubError, type HubOptions } from "./hub.ts";
import { limitedFetch } from "./hub-fetch.ts";
import { listHubFiles, readCommit, type HubFile } from "./hub-files.ts";
import { checkHubId, checkRevision } from "./hub-id.ts";

/** The files of a model at one commit. */
export interface HubFolder extends FileFolder {
  readonly commit: string;
  /** Bytes of files that were received so far. */
  receivedBytes(): number;
}

/** Headers of weights and text files are far smaller in all; what asks for more would download the model. */
const maxReceivedBytes = 512 * 1024 * 1024;

/**
 * Opens the model's list of files. A file is asked for when it is read, and of a file that is opened only the ranges that are read. Throws
 * an Error if the model is not there, access is refused or the hub cannot be reached; reads throw so, too.
 */
export async function openHubFolder(options: HubOptions): Promise<HubFolder> {
  const { id, revision = defaultRevision, signal } = options;
  checkHubId(id);
  checkRevision(revision);
  const { access, origin, send, patienceMs } = accessOf(options);
  const fetchPart = limitedFetch(send, { milliseconds: patienceMs, signal });
  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      throw explainHubError(error, id, revision);
    }
  };
  const { commit, files } = await asking(async () => {
    const commit = await readCommit(access, revision);
    return { commit, files: await listHubFiles(access, commit) };
  });
  const addresses = new Map<string, string>();
  /** Files that were read whole; several readers look into the same ones. */
  const whole = new Map<string, Uint8Array>();
  let receivedBytes = 0;

  async function addressOf({ path }: HubFile): Promise<string> {
    const known = addresses.get(path);
    if (known !== undefined) return known;
    const { id: repo, ...rest } = access;
    const info = await fileDownloadInfo({ repo, path, revision: commit, ...rest });
    if (info === null) throw new Error(`${quote(id)} has no file ${quote(path)} although the hub lists it.`);
    addresses.set(path, info.url);
    return info.url;
  }

  /** Bytes of a file from `start` up to, not including, `end`. */
  async function readRange(file: HubFile, start: number, end: number): Promise<Uint8Array> {
    if (end === start) return new Uint8Array();
    if (receivedBytes + end - start > maxReceivedBytes) {
      throw new Error(
        `Reading ${quote(file.path)} of ${quote(id)} would fetch more than ${maxReceivedBytes} bytes; download the model with \`lvlm-interpret models pull ${id}\`.`,
      );
    }
    const url = await addressOf(file);
    // The address may be another server's, which must not see the token.
    const trusted = new URL(url).origin === origin();
    const response = await fetchPart(url, {
      headers: {
        ...(trusted && access.accessToken !== undefined ? { authorization: `Bearer ${access.accessToken}` } : {}),
        "accept-encoding": "identity",
        range: `bytes=${start}-${end - 1}`,
      },
    });
    const isWhole = start === 0 && end === file.size;
    if (response.status !== 206 && !(response.status === 200 && isWhole)) {
      await response.body?.cancel();
      const reason = response.status === 200 ? "sends whole files only" : `answers with status ${response.status}`;
      throw new Error(
        `The hub ${reason} when it is asked for a part of ${quote(file.path)} of ${quote(id)}; try again later, or download the model with \`lvlm-interpret models pull ${id}\`.`,
      );
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    receivedBytes += bytes.length;
    if (bytes.length !== end - start) {
      throw new Error(
        `The hub sent ${bytes.length} bytes of ${quote(file.path)} of ${quote(id)} instead of ${end - start}; try again later.`,
      );
    }
    return bytes;
  }

  const pathOf = (name: string): string => `${id}/${name}`;
  const missing = (name: string): Error => new Error(`${pathOf(name)}: the file is missing.`);
  return {
    path: id,
    commit,
    receivedBytes: () => receivedBytes,
    pathOf,
    has: (name) => Promise.resolve(files.has(name)),
    names: () => Promise.resolve([...files.keys()].filter((name) => !name.includes("/")).sort()),
    async read(name, maxBytes) {
      const file = files.get(name);
      if (file === undefined) return undefined;
      if (file.size > maxBytes) {
        throw new Error(`${pathOf(name)}: the file has ${file.size} bytes, more than the limit of ${maxBytes}.`);
      }
      const bytes = whole.get(name) ?? (await asking(() => readRange(file, 0, file.size)));
      whole.set(name, bytes);
      return bytes;
    },
    locate: (name) => (files.has(name) ? Promise.resolve(name) : Promise.reject(missing(name))),
    open(location) {
      const file = files.get(location);
      if (file === undefined) return Promise.reject(missing(location));
      return Promise.resolve({
        size: file.size,
        read: (start: number, end: number) => asking(() => readRange(file, start, end)),
        close: () => Promise.resolve(),
      });
    },
  };
}
