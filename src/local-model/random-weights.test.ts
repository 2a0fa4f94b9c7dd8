/** @file Tests of models with random weights: what is shuffled, that a seed repeats it, and that nothing is left on the disk. */
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { loadRandomModel } from "../../test/support/random-checkpoint.ts";
import { randomEmbedded, randomPixels, tracedLogits } from "../../test/support/random-question.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { StoredType } from "../../test/support/stored-safetensors.ts";
import type { WeightLocation } from "../checkpoint/types.ts";
import { defineModel } from "../models/registry.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { HostedModel } from "../explain/host.ts";
import { neededWeights } from "../engine/needed-weights.ts";
import { withRandomizedModel } from "./random-weights.ts";
import { encodeImage } from "../engine/vision.ts";
import { weightStore } from "../engine/weight-store.ts";

let folder: string;
beforeEach(() => {
  folder = join(temporaryFolder(), "random");
});

async function patterns({ file, offset, byteLength, type }: WeightLocation): Promise<number[]> {
  const bytes = new Uint8Array((await readFile(file)).subarray(offset, offset + byteLength));
  return Array.from(type === "F32" ? new Uint32Array(bytes.buffer) : new Uint16Array(bytes.buffer));
}

async function allPatterns({ store }: HostedModel): Promise<Map<string, number[]>> {
  const all = new Map<string, number[]>();
  for (const [name, location] of store.weights) all.set(name, await patterns(location));
  return all;
}

const randomWeights = (model: HostedModel, seed: number, part: "language" | "all" = "all") =>
  withRandomizedModel(model, { folder, seed, part }, allPatterns);

const sorted = (numbers: readonly number[] | undefined) => numbers?.toSorted((a, b) => a - b);
const isVision = (name: string) => /vision_tower|projector/.test(name);

const stored: Readonly<Record<string, (name: string) => StoredType>> = {
  f32: () => "F32",
  "f16 and bf16, kept": (name) => (name.includes("mlp") ? "BF16" : "F16"),
};

describe.each(Object.entries(stored))("random weights of %s", async (kind, typeOf) => {
  const model = await loadRandomModel({ typeOf }, { precision: kind === "f32" ? "f32" : "f16" });
  const learned = await allPatterns(model);

  test("are each tensor's own numbers in other places", async () => {
    const random = await randomWeights(model, 1);
    expect([...random.keys()]).toEqual([...learned.keys()]);
    for (const [name, numbers] of learned) {
      expect(sorted(random.get(name))).toEqual(sorted(numbers));
      expect(random.get(name)).not.toEqual(numbers);
    }
    // Every place can hold every number: the share that stays is that of chance.
    const [name, numbers] = [...learned].find(([each]) => each.includes("embed_tokens"))!;
    const kept = numbers.filter((pattern, i) => random.get(name)![i] === pattern).length;
    expect(kept / numbers.length).toBeLessThan(0.01);
  });

  test("of the language model alone leave tower and projector as they are", async () => {
    const [all, language] = [await randomWeights(model, 7), await randomWeights(model, 7, "language")];
    for (const [name, numbers] of language) expect(numbers).toEqual((isVision(name) ? learned : all).get(name));
  });

  test("repeat for a seed, and differ between seeds", async () => {
    const [one, again, other] = [
      await randomWeights(model, 1),
      await randomWeights(model, 1),
      await randomWeights(model, 2),
    ];
    expect(again).toEqual(one);
    for (const [name, numbers] of other) if (numbers.length > 24) expect(numbers).not.toEqual(one.get(name));
  });

  test("answer otherwise, with numbers that are finite, and the model itself stays as it was", async () => {
    const before = await tracedLogits(model, (await randomEmbedded(model)).embedded);
    const pixels = randomPixels(model);
    const { features } = await encodeImage(model, pixels);
    for (const part of ["language", "all"] as const) {
      await withRandomizedModel(model, { folder, seed: 3, part }, async (randomized) => {
        expect(randomized.store.bytes).toBe(model.store.bytes);
        const logits = await tracedLogits(randomized, (await randomEmbedded(randomized)).embedded);
        expect(logits.every(Number.isFinite)).toBe(true);
        expect(logits).not.toEqual(before);
        const seen = (await encodeImage(randomized, pixels)).features.data;
        if (part === "language") expect(seen).toEqual(features.data);
        else expect(seen).not.toEqual(features.data);
      });
    }
    expect(await tracedLogits(model, (await randomEmbedded(model)).embedded)).toEqual(before);
  });
});

describe("the file of random weights", async () => {
  const model = await loadRandomModel();
  const options = { seed: 1, part: "all" } as const;

  test("may lie behind a link, far from the checkpoint", async () => {
    const [real, link] = [temporaryFolder(), join(temporaryFolder(), "link")];
    await symlink(real, link);
    const { embedded } = await randomEmbedded(model);
    await withRandomizedModel(model, { seed: 1, part: "language", folder: link }, async (randomized) => {
      expect(await readdir(real)).toHaveLength(1);
      expect((await tracedLogits(randomized, embedded)).every(Number.isFinite)).toBe(true);
    });
  });

  test("is there while the work lasts, aligned, and gone afterwards, whatever happens", async () => {
    await withRandomizedModel(model, { ...options, folder }, async ({ store }) => {
      expect(await readdir(folder)).toHaveLength(1);
      for (const { offset, file } of store.weights.values()) {
        expect(file.startsWith(folder)).toBe(true);
        expect(offset % 4096).toBe(0);
      }
    });
    expect(await readdir(folder)).toEqual([]);
    const failing = withRandomizedModel(model, { ...options, folder }, () => Promise.reject(new Error("mine")));
    await expect(failing).rejects.toThrow("mine");
    expect(await readdir(folder)).toEqual([]);
  });

  test("is gone when the writing is stopped, and the work never begins", async () => {
    const stop = new AbortController();
    const done: number[] = [];
    const stopped = withRandomizedModel(
      model,
      {
        ...options,
        folder,
        signal: stop.signal,
        onProgress: (progress) => {
          expect(progress).toMatchObject({ stage: "weights", total: model.store.weights.size });
          done.push(progress.done);
          if (progress.done === 3) stop.abort(new Error("enough"));
        },
      },
      () => Promise.reject(new Error("work began")),
    );
    await expect(stopped).rejects.toThrow("enough");
    expect(done).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("of a process that was killed is removed when it is old", async () => {
    await mkdir(folder);
    const [old, fresh] = [join(folder, "old.randomized"), join(folder, "fresh.randomized")];
    for (const file of [old, fresh]) await writeFile(file, "half");
    await utimes(old, new Date(0), new Date(0));
    await withRandomizedModel(model, { ...options, folder }, () => Promise.resolve());
    expect(await readdir(folder)).toEqual(["fresh.randomized"]);
  });

  test("is refused with the numbers where the disk lacks room", async () => {
    const { config } = model.checkpoint;
    const definition = defineModel({ ...config, language: { ...config.language, vocabulary: 2 ** 42 } });
    const locations = neededWeights(definition).map(({ names, dims }): WeightLocation => {
      const byteLength = 4 * elementCount(dims);
      return { name: names[0]!, type: "F32", dims, file: join(folder, "none"), offset: 0, byteLength };
    });
    const huge = { ...model, definition, store: weightStore(new Map(locations.map((each) => [each.name, each]))) };
    const refused = withRandomizedModel(huge, { ...options, folder }, () => Promise.reject(new Error("work began")));
    await expect(refused).rejects.toThrow(
      /^\S+: the random weights of checkpoint take 8\d\d(\.\d)? TB, but the disk has .*B free; make room, or choose a folder on another disk\.$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test("needs a folder", async () => {
    const file = join(temporaryFolder(), "file");
    await writeFile(file, "");
    const refused = withRandomizedModel(model, { ...options, folder: join(file, "x") }, () => Promise.resolve());
    await expect(refused).rejects.toThrow(
      /random weights cannot be kept: .*x cannot be written: a part of its path is a file; .*, or choose a folder that can/,
    );
  });
});
