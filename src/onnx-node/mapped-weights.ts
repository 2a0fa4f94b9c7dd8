/** @file The files that a session maps the bytes of each weight from: the checkpoint's own, or a widened copy of them. */
import { dirname, relative, sep } from "node:path";
import type { WeightIndex } from "../checkpoint/types.ts";
import { requireWeight } from "../checkpoint/weights.ts";
import type { WeightUse } from "../graph/graph.ts";
import type { StoredWeight } from "../graph/serialize.ts";

export interface MappedWeights {
  /** Folder that every location is relative to. */
  readonly folder: string;
  /** Throws an Error if the checkpoint lacks the tensor or holds another shape. */
  readonly locate: (use: WeightUse) => StoredWeight;
}

/** The deepest folder that holds every file. */
function commonFolder(files: readonly string[]): string {
  const folders = files.map((file) => dirname(file).split(sep));
  const first = folders[0] ?? [];
  const shared = first.findIndex((part, depth) => folders.some((folder) => folder[depth] !== part));
  return (shared === -1 ? first : first.slice(0, shared)).join(sep) || sep;
}

/** The places of tensors that lie in files, each path with its links resolved. */
export function mappedWeights(weights: WeightIndex): MappedWeights {
  const folder = commonFolder([...weights.values()].map(({ file }) => file));
  return {
    folder,
    locate({ names, dims }) {
      const { type, file, offset, byteLength } = requireWeight(weights, { names, dims });
      return { type, location: relative(folder, file), offset, byteLength };
    },
  };
}
