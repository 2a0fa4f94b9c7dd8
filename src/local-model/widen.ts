/**
 * @file Widens 16-bit weights to 32 bits, once, into a cache file that every session maps: the processor multiplies f32 matrices
 * directly, but would widen 16-bit ones again at every use.
 */
import { createHash } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Checkpoint, WeightIndex, WeightLocation } from "../checkpoint/types.ts";
import { halfFileName, removeHalfFiles } from "../files/half-files.ts";
import { bfloat16ToFloat, halfToFloat } from "../safetensors/half.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { freeBytes } from "../files/free-space.ts";
import { leavesRoom, placeWeights, removeAbandoned, requireFolder, writeWeightFile } from "./weight-file.ts";

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

function widenChunk(bytes: Uint8Array<ArrayBuffer>, type: WeightLocation["type"]): Uint8Array {
  if (type === "F32") return bytes;
  const patterns = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const floats = type === "F16" ? halfToFloat(patterns) : bfloat16ToFloat(patterns);
  return new Uint8Array(floats.buffer);
}

/** The path of the widened copy of a checkpoint, whether it is there or not. */
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
  return {
    file,
    sizeFile: join(folder, `${key}.size`),
    ...placeWeights(checkpoint.weights.values(), { file, type: "F32" }),
  };
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

const folderAdvice = {
  what: "widened weights",
  instead: "set LVLM_INTERPRET_CACHE to a folder that can be written to, or keep 16-bit weights",
};

/** True if a widened copy is under `folder` already, or can be written there and the disk has room for it. */
export async function canWiden(checkpoint: Checkpoint, folder: string): Promise<boolean> {
  const copy = await widenedCopy(checkpoint, folder);
  if (await isComplete(copy)) return true;
  return requireFolder(folder, folderAdvice).then(
    async () => leavesRoom(copy.size, await freeBytes(folder)),
    () => false,
  );
}

/**
 * The same weights as f32 in one file under `folder`, made on first use and found again afterwards. The copy is complete or not
 * there: it is written beside and renamed. Throws an Error if the folder cannot be written to, the disk is full or the signal aborts.
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

  await requireFolder(folder, folderAdvice);
  await removeHalfFiles(folder);
  await removeAbandoned(folder, { suffix: partialSuffix, age: abandonedAfter });
  if (!leavesRoom(size, await freeBytes(folder))) {
    throw new Error(
      `${folder}: not enough disk space to widen the weights of ${checkpoint.name} (${size} bytes); keep 16-bit weights or set LVLM_INTERPRET_CACHE to another disk.`,
    );
  }
  // Two loads may write at the same time, in one process or in two; whichever renames last leaves the same bytes.
  const temporary = join(folder, halfFileName());
  try {
    const originals = [...checkpoint.weights.values()];
    const convert = (bytes: Uint8Array<ArrayBuffer>, { weight }: { weight: WeightLocation }) =>
      widenChunk(bytes, weight.type);
    // The copy counts as complete by its size alone, so its bytes must be on the disk before it gets its name.
    await writeWeightFile(temporary, { originals, placed, size, durable: true, chunkElements, convert }, options);
    await rename(temporary, file);
    await writeFile(sizeFile, String(size));
  } finally {
    await rm(temporary, { force: true });
  }
  return index;
}
