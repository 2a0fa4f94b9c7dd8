/** @file How many threads a session computes with, by the size of its model. */
import { availableParallelism } from "node:os";
import type { WeightIndex } from "../checkpoint/types.ts";

/** The options of the library that are about threads. */
export interface ThreadOptions {
  /** Left to the library, which takes one for each core, if left out. */
  readonly intraOpNumThreads?: number;
  /** Whether a thread without work waits busily for more, for a moment: "0" if not. */
  readonly allowSpinning?: "0";
}

/**
 * Bytes of weights up to which a model is tiny or small. An operator of a tiny model ends before a second thread is awake. One of a small
 * model gains by a few threads, but they wait longer than they work: a forward of the demo model takes twice the processor time if they
 * wait busily, and longer on the clock if the machine does anything else.
 */
const sizes = { tiny: 2 ** 20, small: 2 ** 28 } as const;

/** Threads of a small model. */
const fewThreads = 4;

/** The options for a model with these weights on a machine with so many cores; the library's own without weights. */
export function threadOptions(weights: WeightIndex, cores = availableParallelism()): ThreadOptions {
  let bytes = 0;
  for (const { byteLength } of weights.values()) bytes += byteLength;
  if (bytes === 0 || bytes > sizes.small) return {};
  const most = bytes > sizes.tiny ? fewThreads : 1;
  return { intraOpNumThreads: Math.min(most, cores), allowSpinning: "0" };
}
