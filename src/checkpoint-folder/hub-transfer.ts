/** @file Downloads one file, continues an earlier download, and checks the result. */
import { createHash, type Hash } from "node:crypto";
import { open, rename, rm, truncate, type FileHandle } from "node:fs/promises";
import { quote } from "../json/quote.ts";
import type { HubFile } from "./hub-files.ts";

/** Bytes that a try must bring for another one to follow, and a connection in each stretch of its patience. */
const leastProgress = 16 * 1024;

/** One download. */
export interface Transfer {
  readonly file: HubFile;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Path that the whole file gets; parts of it wait beside it under the same name with `.incomplete`. */
  readonly target: string;
  readonly fetch: typeof fetch;
  /** Also handed to `fetch` by the caller; here it tells an abort from a lost connection. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds in which some bytes have to come. */
  readonly patienceMs: number;
  /** Told the bytes of this file that are there, those of earlier downloads included. */
  readonly onReceived: (bytes: number) => void;
}

/** The part that is on disk, and the hash of it. */
interface Part {
  readonly handle: FileHandle;
  hash: Hash;
  received: number;
}

/**
 * Downloads the file to `target`. Bytes that an earlier call left are kept and only the rest is asked for, also when the
 * connection is lost in between. Throws an Error if the connection is lost without any progress (what came is kept), or
 * if size or hash are wrong (what came is removed).
 */
export async function downloadFile(transfer: Transfer): Promise<void> {
  const { file, target } = transfer;
  const incomplete = `${target}.incomplete`;
  const handle = await open(incomplete, "a+");
  try {
    const part = await openPart(handle, transfer);
    while (part.received < file.size) {
      const before = part.received;
      const reason = await receive(part, transfer);
      if (part.received - before < leastProgress && part.received < file.size) {
        throw new Error(
          `The download of ${quote(file.path)} stopped at ${part.received} of ${file.size} bytes (${reason}); run it again to continue.`,
        );
      }
    }
    const hex = part.hash.digest("hex");
    if (part.received !== file.size || hex !== file.digest.hex) {
      await rm(incomplete);
      const found = part.received === file.size ? `hash ${hex}` : `more than ${file.size} bytes`;
      throw new Error(
        `The download of ${quote(file.path)} has ${found}, not the ${file.size} bytes with hash ${file.digest.hex} that the hub lists; it was removed, so try again.`,
      );
    }
  } finally {
    await handle.close();
  }
  await rename(incomplete, target);
}

async function openPart(handle: FileHandle, transfer: Transfer): Promise<Part> {
  const { file, target } = transfer;
  const part: Part = { handle, hash: startHash(file), received: 0 };
  const { size } = await handle.stat();
  if (size > file.size) {
    await truncate(`${target}.incomplete`, 0);
  } else if (size > 0) {
    const kept = handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
    for await (const chunk of kept) part.hash.update(chunk as Buffer);
    part.received = size;
  }
  transfer.onReceived(part.received);
  return part;
}

function startHash({ digest, size }: HubFile): Hash {
  if (digest.kind === "sha256") return createHash("sha256");
  return createHash("sha1").update(`blob ${size}\0`);
}

/** Asks for the rest of the file and appends what comes; returns why it ended. Throws an Error for an abort, a full disk, and a hub that cannot be reached. */
async function receive(part: Part, transfer: Transfer): Promise<string> {
  // Compressed answers would have other lengths and ranges.
  const headers: Record<string, string> = { ...transfer.headers, "accept-encoding": "identity" };
  if (part.received > 0) headers["range"] = `bytes=${part.received}-`;
  const patience = startPatience(part, transfer.patienceMs);
  try {
    return await receiveAnswer(part, transfer, { headers, signal: patience.signal });
  } catch (error) {
    // The user's own signal is the caller's to report.
    if (patience.signal.aborted && transfer.signal?.aborted !== true) return "the hub sends too slowly";
    throw error;
  } finally {
    patience.end();
  }
}

/** A signal that aborts if too few bytes come. */
function startPatience(part: Part, milliseconds: number): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let before = part.received;
  const timer = setInterval(() => {
    if (part.received - before < leastProgress) controller.abort();
    before = part.received;
  }, milliseconds);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}

async function receiveAnswer(part: Part, transfer: Transfer, request: RequestInit): Promise<string> {
  const { file } = transfer;
  const response = await transfer.fetch(transfer.url, request);
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  const continues = response.status === 206 && Number(start) === part.received;
  if (!continues && response.status !== 200) {
    await response.body?.cancel();
    return `the hub answers with status ${response.status}`;
  }
  if (!continues) {
    await truncate(`${transfer.target}.incomplete`, 0);
    part.hash = startHash(file);
    part.received = 0;
  }
  if (response.body === null) return "the answer is empty";
  try {
    for await (const chunk of response.body) {
      await part.handle.appendFile(chunk);
      part.hash.update(chunk);
      part.received += chunk.byteLength;
      transfer.onReceived(part.received);
      if (part.received > file.size) return "the file is longer than listed";
    }
  } catch (error) {
    // A full disk is no lost connection: trying again would not help.
    const onDisk = (error as NodeJS.ErrnoException).syscall === "write";
    if (onDisk || transfer.signal?.aborted === true || request.signal?.aborted === true) throw error;
    return "the connection was lost";
  }
  return "the answer ended early";
}
