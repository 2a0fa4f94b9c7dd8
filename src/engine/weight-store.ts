/** @file The places of the bytes of each weight: in the checkpoint's own files, or in a widened copy of them. */
import { dirname, relative, sep } from "node:path";
import type { WeightIndex } from "../checkpoint/types.ts";
import { requireWeight } from "../checkpoint/weights.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { StoredWeight } from "../graph/serialize.ts";
import { elementCount } from "../tensor/tensor.ts";

export interface WeightStore {
  readonly weights: WeightIndex;
  /** Folder that every location is relative to. */
  readonly folder: string;
  /** Throws an Error if the checkpoint lacks the tensor or holds another shape. */
  readonly locate: (use: WeightUse) => StoredWeight;
  /** Bytes of all weights as the sessions map them. */
  readonly bytes: number;
  /** Bytes of the largest matrix that is widened at its use; 0 if every weight is f32. */
  readonly widenedAtUse: number;
}

/** The deepest folder that holds every file. */
function commonFolder(files: readonly string[]): string {
  const folders = files.map((file) => dirname(file).split(sep));
  const first = folders[0] ?? [];
  const shared = first.findIndex((part, depth) => folders.some((folder) => folder[depth] !== part));
  return (shared === -1 ? first : first.slice(0, shared)).join(sep) || sep;
}

/** A store over tensors that lie in files, each path with its links resolved. */
export function weightStore(weights: WeightIndex): WeightStore {
  const locations = [...weights.values()];
  const folder = commonFolder(locations.map(({ file }) => file));
  return {
    weights,
    folder,
    bytes: locations.reduce((sum, { byteLength }) => sum + byteLength, 0),
    widenedAtUse: locations.reduce(
      (most, { type, dims }) => (type === "F32" ? most : Math.max(most, 4 * elementCount(dims))),
      0,
    ),
    locate({ names, dims }) {
      const { type, file, offset, byteLength } = requireWeight(weights, { names, dims });
      return { type, location: relative(folder, file), offset, byteLength };
    },
  };
}
