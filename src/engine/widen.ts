/**
 * @file Widens 16-bit weights to 32 bits, once, into a cache file that every session maps: the processor multiplies f32 matrices
 * directly, but would widen 16-bit ones again at every use.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
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
    await target.write(widenChunk(bytes, from.type), 0, undefined, to.offset + start * 4);
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
  } finally {
    await target.close();
    for (const source of sources.values()) await source.close();
  }
}

async function isComplete(file: string, sizeFile: string, size: number): Promise<boolean> {
  try {
    const recorded = Number(await readFile(sizeFile, "utf8"));
    return recorded === size && (await stat(file)).size === size;
  } catch {
    // A missing or unreadable copy is made again.
    return false;
  }
}

/** True where the folder's disk has room for the widened copy. */
export async function hasRoomFor(bytes: number, folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > bytes * 1.05;
}

/**
 * The same weights as f32 in one file under `folder`, made on first use and found again afterwards. The copy is complete or not
 * there: it is written beside and renamed. Throws where the disk is full or the signal aborts.
 */
export async function widenWeights(
  checkpoint: Checkpoint,
  folder: string,
  options: WorkOptions = {},
): Promise<WeightIndex> {
  const key = await cacheKey(checkpoint);
  const file = join(folder, `${key}.f32`);
  const sizeFile = join(folder, `${key}.size`);
  const originals = [...checkpoint.weights.values()];
  const { placed, size } = layout(checkpoint.weights, file);
  const index: WeightIndex = new Map(placed.map((weight) => [weight.name, weight]));
  if (await isComplete(file, sizeFile, size)) return index;

  if (!(await hasRoomFor(size, folder))) {
    throw new Error(
      `${folder}: not enough disk space to widen the weights of ${checkpoint.name} (${size} bytes); use --precision f16 or set LVLM_INTERPRET_CACHE to another disk`,
    );
  }
  const temporary = `${file}.${process.pid}.partial`;
  try {
    await writeWidened(temporary, { originals, placed, size }, options);
    await rename(temporary, file);
    await writeFile(sizeFile, String(size));
  } finally {
    await rm(temporary, { force: true });
  }
  return index;
}
