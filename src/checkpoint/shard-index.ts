/** @file Reads `model.safetensors.index.json`: which tensor lies in which shard. */
import { z } from "zod";
import { quote } from "../json/quote.ts";
import type { FileFolder } from "../storage/file-folder.ts";
import { readOptionalJsonFile } from "../storage/read-file.ts";

/** The largest published checkpoints have a few hundred shards. */
const maxShards = 10_000;

/** File name of each shard, sorted, with the tensors that it is said to hold; undefined if nothing is said. */
export type ShardIndex = ReadonlyMap<string, ReadonlySet<string> | undefined>;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** The name of the index. */
export const shardIndexFile = "model.safetensors.index.json";

/**
 * Reads and checks the index; undefined if the file does not exist. Throws an Error if it has no `weight_map`, or names a shard
 * outside of the checkpoint's folder.
 */
export async function readShardIndex(folder: FileFolder): Promise<ShardIndex | undefined> {
  const path = folder.pathOf(shardIndexFile);
  const json = await readOptionalJsonFile(folder, shardIndexFile);
  if (json === undefined) return undefined;
  const parsed = indexSchema.safeParse(json.value);
  if (!parsed.success) {
    throw new Error(`${path}: weight_map must be an object from tensor names to file names; the index is damaged.`);
  }
  const namesOfShard = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(parsed.data.weight_map)) {
    if (!isInsideFolder(shard)) {
      throw new Error(
        `${path}: tensor ${quote(name)} lies in ${quote(shard)}, which is not a file name inside the checkpoint's folder.`,
      );
    }
    const names = namesOfShard.get(shard);
    if (names === undefined) namesOfShard.set(shard, new Set([name]));
    else names.add(name);
  }
  if (namesOfShard.size === 0) throw new Error(`${path}: weight_map is empty; the index is damaged.`);
  if (namesOfShard.size > maxShards) {
    throw new Error(`${path}: weight_map names ${namesOfShard.size} files, more than the limit of ${maxShards}.`);
  }
  return new Map([...namesOfShard].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A relative path of plain names, valid on every system: no root, drive, backslash, empty part, "." or "..". */
function isInsideFolder(shard: string): boolean {
  const parts = shard.split("/");
  return !/[\\:\0]/.test(shard) && parts.every((part) => part !== "" && part !== "." && part !== "..");
}
