/** @file Finds every weight of a checkpoint: one safetensors file, or shards with an index. Reads headers, never data. */
import { quote } from "../json/quote.ts";
import { openSafetensors, type SafetensorsFile } from "../safetensors/read.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { otherWeights } from "./instead.ts";
import { sha256Of } from "./sha256.ts";
import { isSameTensor } from "./same-tensor.ts";
import { readShardIndex, shardIndexFile, type ShardIndex } from "./shard-index.ts";
import type { WeightIndex, WeightLocation, WeightType } from "./types.ts";
import { listNames, shownFile, type Warn } from "./warnings.ts";

const weightTypes: readonly string[] = ["F32", "F16", "BF16"] satisfies WeightType[];

/** A tensor whose type is none of the weights': a buffer such as `position_ids`, or a quantized weight. */
interface OtherTensor {
  readonly type: string;
  readonly byteLength: number;
  readonly file: string;
}

/** The weights, and what else lies in the files, so that a message can say why a tensor is no weight. */
export type WeightsAndOthers = WeightIndex & { readonly others?: ReadonlyMap<string, OtherTensor> };

export interface CheckpointWeights {
  readonly weights: WeightsAndOthers;
  /** Storage type of most of the weights, by bytes. */
  readonly weightType: WeightType;
  /** Names of the files that were read. */
  readonly files: readonly string[];
  /** Hexadecimal sha256 of the JSON headers of all files, one after the other in the order of the file names. */
  readonly headersSha256: string;
}

interface Shard extends SafetensorsFile {
  /** Path as the checkpoint names it, for messages. */
  readonly path: string;
  /** Absolute path with every link resolved. */
  readonly file: string;
}

/**
 * Finds each weight of the checkpoint in `folder`: `model.safetensors`, else the shards that
 * `model.safetensors.index.json` names; of a shard every tensor is taken, as transformers does. Warns if the index and a shard, or
 * the two ways of storing, disagree. Throws an Error that names the file and the tensor if a file is missing or damaged, or
 * if two shards hold different tensors of one name.
 */
export async function readWeightIndex(folder: FileFolder, warn: Warn): Promise<CheckpointWeights> {
  const index = await findFiles(folder, warn);
  const weights = new Map<string, WeightLocation>();
  const others = new Map<string, OtherTensor>();
  const headers: Uint8Array[] = [];
  for (const [shardName, names] of index) {
    const shard = await readShard(folder, shardName);
    headers.push(shard.headerBytes);
    requireListed(shard, names ?? []);
    const unlisted: string[] = [];
    for (const { name, dtype, dims, offset, byteLength } of shard.tensors.values()) {
      const entry = { name, dims, file: shard.file, offset, byteLength };
      const before = weights.get(name);
      if (before !== undefined && !(await isSameTensor(folder, before, { ...entry, type: dtype }))) {
        throw new Error(
          `${shard.path}: tensor ${quote(name)} is also in ${shownFile(before.file)}, with other numbers; remove one of them.`,
        );
      }
      if (names?.has(name) === false) unlisted.push(name);
      if (isWeightType(dtype)) weights.set(name, { ...entry, type: dtype });
      else others.set(name, { type: dtype, byteLength, file: shard.path });
    }
    if (unlisted.length > 0) {
      warn(`${shardName} holds ${listNames(unlisted)}, which the index does not name; what the file holds is used.`);
    }
  }
  const weightType = mostCommonType(weights);
  if (weightType === undefined) {
    const found = [...new Set([...others.values()].map(({ type }) => type))];
    throw new Error(
      `${folder.path}: the weight files hold no tensor of type ${weightTypes.join(", ")}, but ${found.join(", ") || "none at all"}; ${adviceOf(found[0])}.`,
    );
  }
  return {
    weights: Object.assign(weights, { others }),
    weightType,
    files: [...index.keys()],
    headersSha256: await sha256Of(headers),
  };
}

/** The files to read and, for shards, the tensors to take from each. */
async function findFiles(folder: FileFolder, warn: Warn): Promise<ShardIndex> {
  if (await folder.has("model.safetensors")) {
    if (await folder.has(shardIndexFile)) {
      warn(
        "The folder holds model.safetensors and shards with model.safetensors.index.json; model.safetensors is used, the shards are not.",
      );
    }
    return new Map([["model.safetensors", undefined]]);
  }
  const index = await readShardIndex(folder);
  if (index !== undefined) return index;
  const other = otherWeights(await folder.names(), folder.path);
  throw new Error(
    other === undefined
      ? `${folder.path}: found neither model.safetensors nor model.safetensors.index.json; is the download complete?`
      : `${folder.path}: the checkpoint has its weights ${other}.`,
  );
}

function requireListed({ path, tensors }: Shard, names: Iterable<string>): void {
  for (const name of names) {
    if (!tensors.has(name)) {
      throw new Error(`${path}: tensor ${quote(name)} is missing, but the index says that it is in this file.`);
    }
  }
}

/** What to do about weights of a type that the engine does not compute with. */
function adviceOf(type: string | undefined): string {
  return type === "F64" || type === "C64"
    ? "save the checkpoint in f32, f16 or bf16"
    : "use a checkpoint that is not quantized";
}

async function readShard(folder: FileFolder, name: string): Promise<Shard> {
  const path = folder.pathOf(name);
  if (!(await folder.has(name))) throw new Error(`${path}: the file is missing.`);
  const file = await folder.locate(name);
  const source = await folder.open(file);
  try {
    return { ...(await openSafetensors(source, { file: path })), path, file };
  } finally {
    await source.close();
  }
}

function isWeightType(type: string): type is WeightType {
  return weightTypes.includes(type);
}

function mostCommonType(weights: WeightIndex): WeightType | undefined {
  const bytes = new Map<WeightType, number>();
  for (const { type, byteLength } of weights.values()) bytes.set(type, (bytes.get(type) ?? 0) + byteLength);
  return [...bytes].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** What a model needs: a weight under one of several names (checkpoints of different age differ), of exactly these dimensions. */
export interface WeightNeed {
  readonly names: readonly string[];
  readonly dims: readonly number[];
}

/**
 * The weight with the first of `names` that the checkpoint has. Throws an Error if none is there, it is stored in a type
 * that is no weight, or its shape is not `dims`.
 */
export function requireWeight(weights: WeightsAndOthers, { names, dims }: WeightNeed): WeightLocation {
  const name = names.find((candidate) => weights.has(candidate));
  const weight = name === undefined ? undefined : weights.get(name);
  if (weight === undefined) throw missingWeight(weights, names);
  if (weight.dims.length !== dims.length || weight.dims.some((size, axis) => size !== dims[axis])) {
    throw new Error(
      `${weight.file}: tensor ${quote(weight.name)} has shape [${weight.dims.join(", ")}], but config.json asks for [${dims.join(", ")}].`,
    );
  }
  return weight;
}

function missingWeight({ others }: WeightsAndOthers, names: readonly string[]): Error {
  for (const name of names) {
    const other = others?.get(name);
    if (other !== undefined) {
      return new Error(
        `${other.file}: tensor ${quote(name)} has type ${other.type}; supported are ${weightTypes.join(", ")}, so ${adviceOf(other.type)}.`,
      );
    }
  }
  return new Error(`The checkpoint has no tensor named ${names.map(quote).join(" or ")}; config.json asks for it.`);
}
