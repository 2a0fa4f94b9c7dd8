/** @file A checkpoint opened for work: its definition, its weights, and what computes with them. */
import type { Checkpoint } from "../checkpoint/types.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { WeightStore } from "./weight-store.ts";

/** How weights are held: widened to f32, or 16 bits as stored and widened at each use (half the memory, slower). */
export type Precision = "f32" | "f16";
export type PrecisionChoice = Precision | "auto";

export interface Model {
  readonly checkpoint: Checkpoint;
  readonly definition: ModelDefinition;
  readonly store: WeightStore;
  /** Opens graphs over the weights of `store`. */
  readonly runtime: Runtime;
  readonly precision: Precision;
}
