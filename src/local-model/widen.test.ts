/** @file Tests of the widened copy of 16-bit weights: its numbers, and that it is complete or not there. */
import { appendFile, mkdir, readdir, readFile, rename, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { writeRandomCheckpoint, type RandomCheckpoint } from "../../test/support/random-checkpoint.ts";
import { roundedTo, type StoredType } from "../../test/support/stored-safetensors.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { WeightIndex } from "../checkpoint/types.ts";
import { canWiden, widenedBytes, widenWeights } from "./widen.ts";

let cache: string;
beforeEach(() => {
  cache = join(temporaryFolder(), "weights");
});

const mixed = (name: string): StoredType => {
  if (name.includes("norm")) return "F32";
  return name.startsWith("vision") ? "BF16" : "F16";
};

const fileOf = (index: WeightIndex) => [...index.values()][0]!.file;

async function expectExact(index: WeightIndex, { tensors }: RandomCheckpoint): Promise<void> {
  expect([...index.keys()].sort()).toEqual([...tensors.keys()].sort());
  const file = await readFile(fileOf(index));
  for (const [name, { type, values, dims }] of tensors) {
    const weight = index.get(name)!;
    expect(weight).toMatchObject({ type: "F32", dims, byteLength: 4 * values.length });
    const bytes = file.subarray(weight.offset, weight.offset + weight.byteLength);
    const numbers = new Float32Array(new Uint8Array(bytes).buffer);
    expect(numbers).toBeCloseToArray(roundedTo(type, values), 0);
  }
}

describe("widenWeights", () => {
  test.each([
    ["F16", (): StoredType => "F16"],
    ["BF16", (): StoredType => "BF16"],
    ["mixed", mixed],
  ])("%s weights become the f32 numbers that they stand for", async (_, typeOf) => {
    const written = await writeRandomCheckpoint({ typeOf });
    const checkpoint = await openCheckpoint(written.folder);
    const index = await widenWeights(checkpoint, cache);
    await expectExact(index, written);
    for (const { offset } of index.values()) expect(offset % 4096).toBe(0);
    const values = [...written.tensors.values()].reduce((sum, tensor) => sum + tensor.values.length, 0);
    expect(widenedBytes(checkpoint.weights)).toBe(4 * values);
  });

  test("reports each tensor, and finds the copy again without writing", async () => {
    const checkpoint = await openCheckpoint((await writeRandomCheckpoint({ typeOf: mixed })).folder);
    const done: number[] = [];
    const first = await widenWeights(checkpoint, cache, {
      onProgress: (progress) => {
        expect(progress).toMatchObject({ stage: "weights", total: checkpoint.weights.size });
        done.push(progress.done);
      },
    });
    expect(done).toEqual(Array.from({ length: checkpoint.weights.size }, (_, i) => i + 1));
    const file = fileOf(first);
    const before = await stat(file, { bigint: true });
    const again = await widenWeights(checkpoint, cache, {
      onProgress: () => {
        throw new Error("the copy was written again");
      },
    });
    expect([...again]).toEqual([...first]);
    const after = await stat(file, { bigint: true });
    expect([after.mtimeNs, after.ino]).toEqual([before.mtimeNs, before.ino]);
  });

  test("a changed checkpoint gets a copy of its own", async () => {
    const written = await writeRandomCheckpoint({ typeOf: mixed });
    const files = new Set<string>();
    const widen = async () => {
      const index = await widenWeights(await openCheckpoint(written.folder), cache);
      files.add(fileOf(index));
    };
    await widen();
    const other = await writeRandomCheckpoint({ typeOf: mixed, seed: 2 });
    const weightFile = join(written.folder, "model.safetensors");
    await rename(join(other.folder, "model.safetensors"), weightFile);
    await widen();
    await utimes(weightFile, new Date(0), new Date(0));
    await widen();
    expect(files.size).toBe(3);
  });

  test("a copy that was cut short or never finished is written again", async () => {
    const written = await writeRandomCheckpoint({ typeOf: mixed });
    const checkpoint = await openCheckpoint(written.folder);
    const file = fileOf(await widenWeights(checkpoint, cache));
    await truncate(file, 4096);
    await expectExact(await widenWeights(checkpoint, cache), written);
    // A process that dies between its last two steps leaves a file whose size nobody has recorded.
    await writeFile(file.replace(/f32$/, "size"), "");
    await appendFile(file, "x");
    await expectExact(await widenWeights(checkpoint, cache), written);
  });

  test("what a killed process left is ignored, and removed when it is old", async () => {
    const written = await writeRandomCheckpoint({ typeOf: mixed });
    const checkpoint = await openCheckpoint(written.folder);
    await mkdir(cache);
    const [old, fresh] = [join(cache, "old.f32.1.partial"), join(cache, "fresh.f32.2.partial")] as const;
    for (const file of [old, fresh]) await writeFile(file, "half");
    await utimes(old, new Date(0), new Date(0));
    await expectExact(await widenWeights(checkpoint, cache), written);
    const left = (await readdir(cache)).filter((name) => name.endsWith(".partial"));
    expect(left).toEqual(["fresh.f32.2.partial"]);
  });

  test("aborting rejects with the reason and leaves nothing behind", async () => {
    const checkpoint = await openCheckpoint((await writeRandomCheckpoint({ typeOf: mixed })).folder);
    const stop = new AbortController();
    const widening = widenWeights(checkpoint, cache, {
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 3) stop.abort(new Error("enough"));
      },
    });
    await expect(widening).rejects.toThrow("enough");
    expect(await readdir(cache)).toEqual([]);
  });

  test("loads at the same time all succeed, and leave one copy", async () => {
    const written = await writeRandomCheckpoint({ typeOf: mixed });
    const checkpoint = await openCheckpoint(written.folder);
    const indexes = await Promise.all([1, 2, 3, 4].map(() => widenWeights(checkpoint, cache)));
    for (const index of indexes) await expectExact(index, written);
    expect((await readdir(cache)).map((name) => name.split(".").at(-1)).sort()).toEqual(["f32", "size"]);
  });

  test("a folder that cannot be made is one sentence", async () => {
    const checkpoint = await openCheckpoint((await writeRandomCheckpoint({ typeOf: mixed })).folder);
    const file = join(temporaryFolder(), "file");
    await writeFile(file, "");
    const widening = widenWeights(checkpoint, join(file, "weights"));
    await expect(widening).rejects.toThrow(
      /weights cannot be kept: .*file\/weights cannot be written: a part of its path is a file; .*set LVLM_INTERPRET_CACHE/,
    );
    expect(await canWiden(checkpoint, join(file, "weights"))).toBe(false);
    expect(await canWiden(checkpoint, cache)).toBe(true);
  });

  test("weights that vanish while they are read are named with the byte", async () => {
    const written = await writeRandomCheckpoint({ typeOf: mixed });
    const checkpoint = await openCheckpoint(written.folder);
    await truncate(join(written.folder, "model.safetensors"), 20000);
    await expect(widenWeights(checkpoint, cache)).rejects.toThrow(/model\.safetensors: ends at byte 20000 while/);
    expect(await readdir(cache)).toEqual([]);
  });
});
