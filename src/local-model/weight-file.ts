/** @file Writes tensors of a checkpoint anew into one file that sessions map, chunk by chunk, so that memory holds a chunk and no tensor. */
import { randomUUID } from "node:crypto";
import { access, constants, open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { fileError } from "../files/file-error.ts";
import type { WeightLocation, WeightType } from "../checkpoint/types.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { isWriterAlive, writerName } from "../files/half-files.ts";

/** Tensors begin at multiples of this, so that any device can map them in place. */
const alignment = 4096;

export function bytesPerElement(type: WeightType): number {
  return type === "F32" ? 4 : 2;
}

/** The place of each tensor in a new file, as `type` or as it is stored, and the size of that file. */
export function placeWeights(
  weights: Iterable<WeightLocation>,
  { file, type }: { file: string; type?: WeightType },
): { placed: WeightLocation[]; size: number } {
  let offset = 0;
  const placed = [...weights].map((weight): WeightLocation => {
    const stored = type ?? weight.type;
    const byteLength = bytesPerElement(stored) * elementCount(weight.dims);
    const location: WeightLocation = { ...weight, type: stored, file, offset, byteLength };
    offset = Math.ceil((offset + byteLength) / alignment) * alignment;
    return location;
  });
  return { placed, size: offset };
}

async function readExactly(
  handle: FileHandle,
  target: Uint8Array,
  at: { position: number; file: string },
): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, at.position + done);
    if (bytesRead === 0) throw new Error(`${at.file}: ends at byte ${at.position + done} while its weights are read.`);
    done += bytesRead;
  }
}

/** Writes all bytes: a single write may take a part of them, as when the disk fills up. */
async function writeExactly(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error("the disk takes no more bytes"), { code: "ENOSPC" });
    done += bytesWritten;
  }
}

/** What is written, and how. */
export interface WeightRewrite {
  readonly originals: readonly WeightLocation[];
  /** By original: its place in the new file. */
  readonly placed: readonly WeightLocation[];
  readonly size: number;
  /** Waits until the bytes are on the disk, so that what is written afterwards cannot get there first. */
  readonly durable?: true;
  /** Elements that are read, converted and written at a time. */
  readonly chunkElements: number;
  /** The bytes of a chunk in the new file; it may reuse the memory it is handed. `chunk` counts the chunks of one tensor. */
  readonly convert: (
    bytes: Uint8Array<ArrayBuffer>,
    of: { readonly weight: WeightLocation; readonly chunk: number },
  ) => Uint8Array | Promise<Uint8Array>;
}

async function rewriteTensor(
  target: FileHandle,
  { from, to, source }: { from: WeightLocation; to: WeightLocation; source: FileHandle },
  { chunkElements, convert, signal }: WeightRewrite & WorkOptions,
): Promise<void> {
  const [width, newWidth] = [bytesPerElement(from.type), bytesPerElement(to.type)];
  const elements = elementCount(from.dims);
  for (let start = 0, chunk = 0; start < elements; start += chunkElements, chunk++) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(width * Math.min(chunkElements, elements - start));
    await readExactly(source, bytes, { position: from.offset + start * width, file: from.file });
    await writeExactly(target, await convert(bytes, { weight: from, chunk }), to.offset + start * newWidth);
  }
}

/** Writes the new file; if this throws, the caller removes the unfinished file. */
export async function writeWeightFile(file: string, rewrite: WeightRewrite, options: WorkOptions): Promise<void> {
  const { originals, placed, size, durable } = rewrite;
  const target = await open(file, "w");
  const sources = new Map<string, FileHandle>();
  try {
    await target.truncate(size);
    for (const [index, from] of originals.entries()) {
      const source = sources.get(from.file) ?? (await open(from.file, "r"));
      sources.set(from.file, source);
      await rewriteTensor(target, { from, to: placed[index]!, source }, { ...rewrite, ...options });
      options.onProgress?.({ stage: "weights", done: index + 1, total: originals.length });
    }
    if (durable === true) await target.sync();
  } finally {
    await target.close();
    for (const source of sources.values()) await source.close();
  }
}

/** Makes the folder. Throws an Error if it cannot be made or written to: what was to be kept in it, and what to do instead. */
export async function requireFolder(
  folder: string,
  { what, instead }: { what: string; instead: string },
): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    const { message } = fileError(cause, folder, "written") as Error;
    throw new Error(`The ${what} cannot be kept: ${message.replace(/\.$/, "")}, or ${instead}.`, { cause });
  }
}

/** True if `free` bytes hold a file of this size and leave the disk some room. */
export function leavesRoom(bytes: number, free: number): boolean {
  return free > bytes * 1.05;
}

/** A new name in `folder` for a file that this process writes or uses alone; `removeAbandoned` takes it away when the process has ended. */
export function ownFile(folder: string, suffix: string): string {
  return join(folder, `${writerName}-${randomUUID()}${suffix}`);
}

const writerPattern = /^([0-9a-f]{8}-\d+-[0-9a-f]{8})-/;

/**
 * Removes what processes left in `folder` that were killed: files that end in `suffix` and whose process has ended, or that nobody has
 * written to for `age` milliseconds.
 */
export async function removeAbandoned(folder: string, { suffix, age }: { suffix: string; age: number }): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(suffix)) continue;
    const file = join(folder, name);
    // Another process may finish or remove it at the same moment.
    const written = await stat(file).catch(() => undefined);
    const writer = writerPattern.exec(name)?.[1];
    const hasEnded = writer !== undefined && isWriterAlive(writer) === false;
    if (written !== undefined && (hasEnded || Date.now() - written.mtimeMs > age)) await rm(file, { force: true });
  }
}
