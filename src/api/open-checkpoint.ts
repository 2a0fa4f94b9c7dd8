/** @file Opens a model for scripts. */
import { loadModel } from "../local-model/load-model.ts";
import type { PrecisionChoice } from "../engine/model.ts";
import type { HostedModel } from "../explain/host.ts";
import type { Progress } from "../engine/progress.ts";
import { cacheFolder } from "../program/cache-folder.ts";
import { availableMemoryBytes } from "../program/memory.ts";
import { openNamedCheckpoint } from "../workbench/open-checkpoint.ts";

export interface OpenCheckpointOptions {
  /** How 16-bit weights are held: widened, as stored (half the memory), or by the memory there is. @default "auto" */
  readonly precision?: PrecisionChoice;
  /** Memory that the model may take, in bytes. @default what is available */
  readonly maxMemoryBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Opens a model: the folder of a checkpoint, a hub id whose files are in the cache, "demo" or "demo-twin". Throws an Error if it is
 * missing, damaged or not supported.
 */
export async function openCheckpoint(place: string, options: OpenCheckpointOptions = {}): Promise<HostedModel> {
  const { maxMemoryBytes = availableMemoryBytes(), ...others } = options;
  const checkpoint = await openNamedCheckpoint(place, { signal: options.signal });
  return loadModel(checkpoint, { ...others, maxMemoryBytes, cacheFolder: cacheFolder() });
}
