/**
 * @file Widens 16-bit weights to 32 bits, once, into a cache file that every session maps: the processor multiplies f32 matrices
 * directly, but would widen 16-bit ones again at every use.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  access,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint, WeightIndex, WeightLocation } from "../checkpoint/types.ts";
import { bfloat16ToFloat, halfToFloat } from "../safetensors/half.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { WorkOptions } from "./progress.ts";

/** Tensors begin at multiples of this, so that any device can map them in place. */
const alignment = 4096;
/** Elements that are widened at a time. */
const chunkElements = 4 * 1024 * 1024;
const layoutVersion = 1;
const partialSuffix = ".partial";
/** A copy that nobody has written to for this long, in milliseconds, was left behind by a process that was killed. */
const abandonedAfter = 60 * 60 * 1000;

/** Bytes of the widened copy, padding left out. */
export function widenedBytes(weights: WeightIndex): number {
  return [...weights.values()].reduce((sum, { dims }) => sum + 4 * elementCount(dims), 0);
}

/** Names the copy after everything that its content depends on: which files, how large, how old, and their headers. */
async function cacheKey(checkpoint: Checkpoint): Promise<string> {
  const hash = createHash("sha256").update(`${layoutVersion}:${checkpoint.sha256.index}`);
  for (const file of new Set([...checkpoint.weights.values()].map((weight) => weight.file))) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`\n${file}\n${size}\n${mtimeMs}`);
  }
  return hash.digest("hex").slice(0, 32);
}

function layout(weights: WeightIndex, file: string): { placed: WeightLocation[]; size: number } {
  let offset = 0;
  const placed = [...weights.values()].map((weight): WeightLocation => {
    const byteLength = 4 * elementCount(weight.dims);
    const location: WeightLocation = { ...weight, type: "F32", file, offset, byteLength };
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
    if (bytesRead === 0) throw new Error(`${at.file}: ends at byte ${at.position + done} while its weights are read`);
    done += bytesRead;
  }
}

/** Writes all bytes: a single write may take a part of them, as when the disk fills up. */
async function writeExactly(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function widenChunk(bytes: Uint8Array<ArrayBuffer>, type: WeightLocation["type"]): Uint8Array {
  if (type === "F32") return bytes;
  const patterns = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const floats = type === "F16" ? halfToFloat(patterns) : bfloat16ToFloat(patterns);
  return new Uint8Array(floats.buffer);
}

async function copyWidened(
  target: FileHandle,
  { from, to, source }: { from: WeightLocation; to: WeightLocation; source: FileHandle },
  signal: AbortSignal | undefined,
): Promise<void> {
  const width = from.type === "F32" ? 4 : 2;
  const elements = elementCount(from.dims);
  for (let start = 0; start < elements; start += chunkElements) {
    signal?.throwIfAborted();
    const bytes = new Uint8Array(width * Math.min(chunkElements, elements - start));
    await readExactly(source, bytes, { position: from.offset + start * width, file: from.file });
    await writeExactly(target, widenChunk(bytes, from.type), to.offset + start * 4);
  }
}

async function writeWidened(
  temporary: string,
  {
    originals,
    placed,
    size,
  }: { originals: readonly WeightLocation[]; placed: readonly WeightLocation[]; size: number },
  { signal, onProgress }: WorkOptions,
): Promise<void> {
  const target = await open(temporary, "w");
  const sources = new Map<string, FileHandle>();
  try {
    await target.truncate(size);
    for (const [index, from] of originals.entries()) {
      const source = sources.get(from.file) ?? (await open(from.file, "r"));
      sources.set(from.file, source);
      await copyWidened(target, { from, to: placed[index]!, source }, signal);
      onProgress?.({ stage: "weights", done: index + 1, total: originals.length });
    }
    // The copy counts as complete by its size alone, so its bytes must be on the disk before it gets its name.
    await target.sync();
  } finally {
    await target.close();
    for (const source of sources.values()) await source.close();
  }
}

/** Where the widened copy of a checkpoint lies, whether it is there or not. */
interface WidenedCopy {
  readonly file: string;
  /** Holds the size of the finished copy. */
  readonly sizeFile: string;
  readonly size: number;
  readonly placed: readonly WeightLocation[];
}

async function widenedCopy(checkpoint: Checkpoint, folder: string): Promise<WidenedCopy> {
  const key = await cacheKey(checkpoint);
  const file = join(folder, `${key}.f32`);
  return { file, sizeFile: join(folder, `${key}.size`), ...layout(checkpoint.weights, file) };
}

async function isComplete({ file, sizeFile, size }: WidenedCopy): Promise<boolean> {
  try {
    const recorded = Number(await readFile(sizeFile, "utf8"));
    return recorded === size && (await stat(file)).size === size;
  } catch {
    // A missing or unreadable copy is made again.
    return false;
  }
}

/** Makes the folder. Throws one sentence where it cannot be made or written to. */
async function requireFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Error(
      `${folder}: widened weights cannot be kept in this folder (${reason}); set LVLM_INTERPRET_CACHE to a folder that can be written to, or keep 16-bit weights`,
      { cause },
    );
  }
}

async function hasRoomFor(bytes: number, folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > bytes * 1.05;
}

/** True where a widened copy is under `folder` already, or can be written there and the disk has room for it. */
export async function canWiden(checkpoint: Checkpoint, folder: string): Promise<boolean> {
  const copy = await widenedCopy(checkpoint, folder);
  if (await isComplete(copy)) return true;
  return requireFolder(folder).then(
    () => hasRoomFor(copy.size, folder),
    () => false,
  );
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(partialSuffix)) continue;
    const file = join(folder, name);
    // Another process may finish or remove it at the same moment.
    const written = await stat(file).catch(() => undefined);
    if (written !== undefined && Date.now() - written.mtimeMs > abandonedAfter) await rm(file, { force: true });
  }
}

/**
 * The same weights as f32 in one file under `folder`, made on first use and found again afterwards. The copy is complete or not
 * there: it is written beside and renamed. Throws where the folder cannot be written to, the disk is full or the signal aborts.
 */
export async function widenWeights(
  checkpoint: Checkpoint,
  folder: string,
  options: WorkOptions = {},
): Promise<WeightIndex> {
  const copy = await widenedCopy(checkpoint, folder);
  const { file, sizeFile, size, placed } = copy;
  const index: WeightIndex = new Map(placed.map((weight) => [weight.name, weight]));
  if (await isComplete(copy)) return index;

  await requireFolder(folder);
  await removeAbandoned(folder);
  if (!(await hasRoomFor(size, folder))) {
    throw new Error(
      `${folder}: not enough disk space to widen the weights of ${checkpoint.name} (${size} bytes); keep 16-bit weights or set LVLM_INTERPRET_CACHE to another disk`,
    );
  }
  // Two loads may write at the same time, in one process or in two; whichever renames last leaves the same bytes.
  const temporary = `${file}.${randomUUID()}${partialSuffix}`;
  try {
    await writeWidened(temporary, { originals: [...checkpoint.weights.values()], placed, size }, options);
    await rename(temporary, file);
    await writeFile(sizeFile, String(size));
  } finally {
    await rm(temporary, { force: true });
  }
  return index;
}
