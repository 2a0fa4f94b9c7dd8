/**
 * @file The same model without what it learned: weights at random, for the check that an explanation depends on them (Adebayo et al.,
 * "Sanity Checks for Saliency Maps", NeurIPS 2018, arXiv 1810.03292, section 3).
 */
import { realpath, rm } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { freeBytes } from "../files/free-space.ts";
import { requireWeight } from "../checkpoint/weights.ts";
import { formatBytes } from "../tensor/byte-size.ts";
import type { HostedModel } from "../explain/host.ts";
import { neededWeights } from "../engine/needed-weights.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { seededRandom } from "../tensor/random.ts";
import {
  bytesPerElement,
  leavesRoom,
  placeWeights,
  ownFile,
  removeAbandoned,
  requireFolder,
  writeWeightFile,
  type WeightRewrite,
} from "./weight-file.ts";
import { onnxRuntime } from "../onnx-node/session.ts";
import { weightStore } from "../engine/weight-store.ts";

export interface RandomizeOptions extends WorkOptions {
  /** Folder for the random weights, which are deleted after the work. */
  readonly folder: string;
  readonly seed: number;
  /** What loses its weights: the language model, or the vision tower and the projector as well. */
  readonly part: "language" | "all";
}

/** Elements that change places among themselves: a tensor of a large model is shuffled in blocks of this many, some thousand rows each. */
const chunkElements = 16 * 1024 * 1024;
/** Swaps between two looks at the signal, so that a server goes on answering. */
const swapsAtOnce = 1024 * 1024;
const suffix = ".randomized";
/** A file that is this old, in milliseconds, was left behind by a process that was killed. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/** A seed for one chunk of one tensor (FNV-1a), so that it is shuffled alike whatever else is. */
function chunkSeed(seed: number, name: string, chunk: number): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}:${name}:${chunk}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Puts the elements in a random order, in place (Fisher and Yates). */
async function shuffle(
  elements: Uint16Array | Uint32Array,
  random: () => number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let last = elements.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = elements[last]!;
    elements[last] = elements[other]!;
    elements[other] = moved;
    if (last % swapsAtOnce === 0) {
      signal?.throwIfAborted();
      await setImmediate();
    }
  }
}

/** Makes the folder and gives its path without links, which the runtime does not follow out of the folder that it is given. */
async function openFolder(folder: string): Promise<string> {
  await requireFolder(folder, { what: "random weights", instead: "choose a folder that can be written to" });
  return realpath(folder);
}

/** Throws an Error if a file of this size cannot be kept in the folder. */
async function requireRoom(size: number, { folder, name }: { folder: string; name: string }): Promise<void> {
  await removeAbandoned(folder, { suffix, age: abandonedAfter });
  const free = await freeBytes(folder);
  if (!leavesRoom(size, free)) {
    throw new Error(
      `${folder}: the random weights of ${name} take ${formatBytes(size)}, but the disk has ${formatBytes(free)} free; make room, or choose a folder on another disk.`,
    );
  }
}

function shuffler({ seed, signal }: RandomizeOptions): WeightRewrite["convert"] {
  return async (bytes, { weight: { name, type }, chunk }) => {
    const elements = bytesPerElement(type) === 4 ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
    await shuffle(elements, seededRandom(chunkSeed(seed, name, chunk)), signal);
    return bytes;
  };
}

/**
 * Works with a copy of the model in which the elements of each tensor have changed places, and deletes the copy's weights afterwards,
 * whatever happens. The same seed gives the same weights.
 *
 * Shuffled and not drawn anew, so that each tensor keeps every number that it had: its mean, its deviation, and the few large numbers that
 * trained models depend on and a normal distribution lacks. Activations then stay in the range that they had, and nothing differs but the
 * places of the numbers. Elements keep their type, so that the copy takes the memory and the time of the model.
 *
 * Throws an Error if the folder cannot be written to or the disk lacks room, with the numbers; rejects with the signal's reason.
 */
export async function withRandomizedModel<T>(
  model: HostedModel,
  options: RandomizeOptions,
  work: (randomized: HostedModel) => Promise<T>,
): Promise<T> {
  const folder = await openFolder(options.folder);
  const file = ownFile(folder, suffix);
  const originals = neededWeights(model.definition, options.part).map((use) => requireWeight(model.store.weights, use));
  const { placed, size } = placeWeights(originals, { file });
  await requireRoom(size, { folder, name: model.checkpoint.name });
  try {
    await writeWeightFile(file, { originals, placed, size, chunkElements, convert: shuffler(options) }, options);
    const weights = new Map([...model.store.weights, ...placed.map((weight) => [weight.name, weight] as const)]);
    return await work({ ...model, store: weightStore(weights), runtime: onnxRuntime(weights) });
  } finally {
    await rm(file, { force: true });
  }
}
