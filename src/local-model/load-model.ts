/** @file Loads a checkpoint on this machine: its weights on the disk, computed with by ONNX Runtime for Node. */
import { join } from "node:path";
import type { Checkpoint } from "../checkpoint/types.ts";
import type { WorkOptions } from "../engine/progress.ts";
import { matchStoredWeights } from "../engine/stored-weights.ts";
import type { Precision, PrecisionChoice } from "../engine/model.ts";
import type { HostedModel } from "../explain/host.ts";
import { onnxRuntime } from "../onnx-node/session.ts";
import { nodeHost } from "./node-host.ts";
import { canWiden, widenedBytes, widenWeights } from "./widen.ts";
import { weightStore } from "../engine/weight-store.ts";

export interface LoadOptions extends WorkOptions {
  readonly precision?: PrecisionChoice;
  /** Folder for widened weights. */
  readonly cacheFolder: string;
  /** Memory that the whole work may take, in bytes. */
  readonly maxMemoryBytes: number;
}

/** `auto` widens if the widened weights take at most this share of the memory, so that a trace still fits beside them. */
const widenedShare = 0.6;

async function choosePrecision(checkpoint: Checkpoint, options: LoadOptions): Promise<Precision> {
  const { precision = "auto", maxMemoryBytes } = options;
  if (checkpoint.weightType === "F32") {
    if (precision === "f16") {
      throw new Error(
        `${checkpoint.name}: its weights are stored as f32, and the precision f16 keeps 16-bit weights as they are stored; choose f32.`,
      );
    }
    return "f32";
  }
  if (precision !== "auto") return precision;
  const bytes = widenedBytes(checkpoint.weights);
  return bytes <= widenedShare * maxMemoryBytes && (await canWiden(checkpoint, widenedFolder(options))) ? "f32" : "f16";
}

function widenedFolder({ cacheFolder }: LoadOptions): string {
  return join(cacheFolder, "weights");
}

/**
 * Opens a checkpoint for work. Cheap but for the first use of 16-bit weights at f32, which writes a widened copy into
 * `cacheFolder`. The model's checkpoint has the configuration as the weights decide it, and their warnings. Throws an Error if a weight is
 * missing or has another shape, the precision cannot be had, or files contradict each other.
 */
export async function loadModel(opened: Checkpoint, options: LoadOptions): Promise<HostedModel> {
  const { checkpoint, definition } = await matchStoredWeights(opened);
  const precision = await choosePrecision(checkpoint, options);
  const widen = precision === "f32" && [...checkpoint.weights.values()].some(({ type }) => type !== "F32");
  const weights = widen ? await widenWeights(checkpoint, widenedFolder(options), options) : checkpoint.weights;

  return {
    checkpoint,
    definition,
    store: weightStore(weights),
    runtime: onnxRuntime(weights),
    precision,
    host: nodeHost,
  };
}
