/** @file The weights that a model computes with, and what they take. */
import type { WeightIndex } from "../checkpoint/types.ts";
import { elementCount } from "../tensor/tensor.ts";

export interface WeightStore {
  readonly weights: WeightIndex;
  /** Bytes of all weights as the sessions hold them. */
  readonly bytes: number;
  /** Bytes of the largest matrix that is widened at its use; 0 if every weight is f32. */
  readonly widenedAtUse: number;
}

export function weightStore(weights: WeightIndex): WeightStore {
  const locations = [...weights.values()];
  return {
    weights,
    bytes: locations.reduce((sum, { byteLength }) => sum + byteLength, 0),
    widenedAtUse: locations.reduce(
      (most, { type, dims }) => (type === "F32" ? most : Math.max(most, 4 * elementCount(dims))),
      0,
    ),
  };
}
