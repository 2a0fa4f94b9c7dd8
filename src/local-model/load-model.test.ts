/** @file Tests of opening a checkpoint for work: precision, missing weights, and the places of the files. */
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { loadRandomModel, openRandomCheckpoint, writeRandomCheckpoint } from "../../test/support/random-checkpoint.ts";
import { writeStoredSafetensors } from "../../test/support/stored-safetensors.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { embedPrompt } from "../engine/embed.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { loadModel, type LoadOptions } from "./load-model.ts";
import type { HostedModel } from "../explain/host.ts";
import type { Tap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import { mappedWeights } from "../onnx-node/mapped-weights.ts";

function options(more: Partial<LoadOptions> = {}): LoadOptions {
  return { cacheFolder: temporaryFolder(), maxMemoryBytes: 2 ** 32, ...more };
}

async function logitsOf(model: HostedModel): Promise<Float32Array> {
  const tap: Tap = { site: "logits" };
  const captures = await traceLanguage(model, await embedPrompt(model, [1, 7, 300, 22], []), { taps: [tap] });
  return captures.get(tap)!.data;
}

describe("loadModel chooses the precision", () => {
  test("auto widens 16-bit weights where they fit, and keeps them where they do not", async () => {
    const checkpoint = await openRandomCheckpoint({ typeOf: () => "F16" });
    expect((await loadModel(checkpoint, options())).precision).toBe("f32");
    expect((await loadModel(checkpoint, options({ maxMemoryBytes: 100_000 }))).precision).toBe("f16");
    expect((await loadModel(checkpoint, options({ precision: "f16" }))).precision).toBe("f16");
    const asked = await loadModel(checkpoint, options({ precision: "f32", maxMemoryBytes: 100_000 }));
    expect(asked.precision).toBe("f32");
    expect(asked.store.bytes).toBe(2 * (await loadModel(checkpoint, options({ precision: "f16" }))).store.bytes);
  });

  test("auto keeps 16-bit weights where the cache folder cannot be used; f32 says why", async () => {
    const checkpoint = await openRandomCheckpoint({ typeOf: () => "BF16" });
    const file = join(temporaryFolder(), "file");
    await writeFile(file, "");
    const model = await loadModel(checkpoint, options({ cacheFolder: file }));
    expect(model.precision).toBe("f16");
    expect((await logitsOf(model)).every(Number.isFinite)).toBe(true);
    const forced = loadModel(checkpoint, options({ cacheFolder: file, precision: "f32" }));
    await expect(forced).rejects.toThrow(/widened weights cannot be kept: /);
  });

  test("f32 weights need no cache folder, and cannot be had in 16 bits", async () => {
    const checkpoint = await openRandomCheckpoint();
    expect((await loadModel(checkpoint, options({ cacheFolder: "/proc/none" }))).precision).toBe("f32");
    await expect(loadModel(checkpoint, options({ precision: "f16" }))).rejects.toThrow(
      "checkpoint: its weights are stored as f32, and the precision f16 keeps 16-bit weights as they are stored; choose f32",
    );
  });

  test("a few 16-bit tensors among f32 ones are widened, exactly", async () => {
    const typeOf = (name: string) => (name.includes("down_proj") ? "BF16" : "F32");
    const model = await loadRandomModel({ typeOf });
    expect(model.precision).toBe("f32");
    const logits = await logitsOf(model);
    // The same numbers, stored as f32 from the start.
    const { folder, tensors } = await writeRandomCheckpoint({ typeOf });
    const rounded = [...tensors.values()].map((tensor) => ({
      ...tensor,
      type: "F32" as const,
      values: tensor.type === "F32" ? tensor.values : tensor.values.map(cutToBrain),
    }));
    await writeStoredSafetensors(join(folder, "model.safetensors"), rounded);
    const same = await loadModel(await openCheckpoint(folder), options());
    expect(logits).toBeCloseToArray(await logitsOf(same), 0);
  });

  test("f32 and f16 give the same logits of one checkpoint", async () => {
    const checkpoint = await openRandomCheckpoint({ typeOf: () => "F16" });
    const [wide, narrow] = await Promise.all(
      (["f32", "f16"] as const).map(async (precision) => logitsOf(await loadModel(checkpoint, options({ precision })))),
    );
    expect(narrow).toBeCloseToArray(wide!, 1e-4);
  });
});

const cutToBrain = (x: number) =>
  new Float32Array(Uint32Array.of(new Uint32Array(Float32Array.of(x).buffer)[0]! & 0xffff0000).buffer)[0]!;

describe("loadModel refuses before any work", () => {
  async function without(missing: string, change?: (dims: readonly number[]) => number[]): Promise<Checkpoint> {
    const { folder, tensors } = await writeRandomCheckpoint({ typeOf: () => "F16" });
    const kept = [...tensors.values()].flatMap((tensor) => {
      if (tensor.name !== missing) return [tensor];
      return change === undefined ? [] : [{ ...tensor, dims: change(tensor.dims) }];
    });
    await writeStoredSafetensors(join(folder, "model.safetensors"), kept);
    return openCheckpoint(folder);
  }

  test.each([
    "language_model.model.layers.1.mlp.down_proj.weight",
    "language_model.lm_head.weight",
    "vision_tower.encoder.layers.2.mlp.fc1.bias",
    "multi_modal_projector.linear_2.weight",
  ])("a checkpoint without %s", async (name) => {
    const notUsed = { cacheFolder: "/proc/none", maxMemoryBytes: 2 ** 32 };
    await expect(loadModel(await without(name), notUsed)).rejects.toThrow(`"${name}"`);
  });

  test("a weight of another shape, and names both shapes", async () => {
    const checkpoint = await without("language_model.lm_head.weight", (dims) => dims.toReversed());
    await expect(loadModel(checkpoint, options())).rejects.toThrow(
      /tensor "language_model\.lm_head\.weight" has shape \[24, 491\], but config\.json asks for \[491, 24\]/,
    );
  });
});

describe("weights are found", () => {
  test("through the links of a Hugging Face snapshot, from another working directory", async () => {
    const { folder } = await writeRandomCheckpoint();
    const expected = await logitsOf(await loadModel(await openCheckpoint(folder), options()));
    const repository = join(temporaryFolder(), "models--a--b");
    const snapshot = join(repository, "snapshots", "0123");
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(repository, "blobs"));
    const names = ["config.json", "tokenizer.json", "tokenizer_config.json", "processor_config.json"];
    for (const [i, name] of [
      ...names,
      "generation_config.json",
      "chat_template.jinja",
      "model.safetensors",
    ].entries()) {
      await writeFile(join(repository, "blobs", `blob${i}`), await readFile(join(folder, name)));
      await symlink(join("..", "..", "blobs", `blob${i}`), join(snapshot, name));
    }
    await rm(folder, { recursive: true });

    const before = process.cwd();
    process.chdir("/");
    try {
      const model = await loadModel(await openCheckpoint(snapshot), options());
      expect(mappedWeights(model.store.weights).folder).toMatch(/blobs$/);
      expect(await logitsOf(model)).toEqual(expected);
    } finally {
      process.chdir(before);
    }
  });

  test("in shards that are links into different folders", async () => {
    const { folder, tensors } = await writeRandomCheckpoint({
      typeOf: (name) => (name.includes("mlp") ? "F16" : "BF16"),
    });
    const load = async () => loadModel(await openCheckpoint(folder), options({ precision: "f16" }));
    const expected = await logitsOf(await load());
    const map: Record<string, string> = {};
    const root = temporaryFolder();
    for (const shard of [0, 1, 2]) {
      const name = `model-0000${shard + 1}-of-00003.safetensors`;
      const part = [...tensors.values()].filter((_, i) => i % 3 === shard);
      for (const tensor of part) map[tensor.name] = name;
      const elsewhere = join(root, `disk${shard}`, "deep".repeat(shard + 1));
      await mkdir(elsewhere, { recursive: true });
      await writeStoredSafetensors(join(elsewhere, "part.safetensors"), part);
      await symlink(join(elsewhere, "part.safetensors"), join(folder, name));
    }
    await rm(join(folder, "model.safetensors"));
    await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    expect(await logitsOf(await load())).toEqual(expected);
  });
});

describe("embedPrompt", () => {
  const picture = (rows: number, model: HostedModel) => {
    const { vision, language } = model.definition;
    const { width } = language.config;
    const plan = vision.plan(vision.smallest);
    return {
      plan: { ...plan, imageTokens: plan.imageTokens.slice(0, rows), prompt: [{ imageTokens: rows }] },
      features: floatTensor([rows, width], new Float32Array(rows * width).fill(0.5)),
      additions: [],
    };
  };

  test("puts the features of all pictures at the image tokens, in order", async () => {
    const model = await loadRandomModel();
    const { imageTokenId: image } = model.definition;
    const [one, two] = [picture(2, model), picture(1, model)];
    two.features.data.fill(2);
    const ids = [1, image, 5, image, image, 9];
    const { embedded } = await embedPrompt(model, ids, [one, two]);
    const { embedded: plain } = await embedPrompt(model, [1, 5, 9], []);
    const row = (data: Float32Array, i: number) => data.subarray(i * 24, (i + 1) * 24);
    expect([0, 2, 5].map((i) => row(embedded.data, i))).toEqual([0, 1, 2].map((i) => row(plain.data, i)));
    expect([1, 3, 4].map((i) => row(embedded.data, i)[7])).toEqual([0.5, 0.5, 2]);
  });

  test.each([
    [[1, 5], 1, "it has 0 image tokens, but the pictures give 1"],
    [[1, 489, 489], 1, "it has 2 image tokens, but the pictures give 1"],
    [[1, 489], 0, "it has 1 image tokens, but the pictures give 0"],
  ])("refuses %j with features of %i image tokens", async (ids, rows, message) => {
    const model = await loadRandomModel();
    await expect(embedPrompt(model, ids, rows === 0 ? [] : [picture(rows, model)])).rejects.toThrow(
      `prompt: ${message}`,
    );
  });

  test.each([-1, 491, 1.5, NaN])("refuses the id %d", async (id) => {
    const model = await loadRandomModel();
    await expect(embedPrompt(model, [1, id], [])).rejects.toThrow(
      `prompt: token 1 has id ${id}, but the model's vocabulary has 491 tokens`,
    );
  });

  test("an image token beyond the embedding table works", async () => {
    const model = await loadRandomModel({ text: { vocab_size: 480 } });
    const { embedded } = await embedPrompt(model, [1, 489], [picture(1, model)]);
    expect(embedded.dims).toEqual([2, 24]);
    expect(embedded.data.subarray(24)).toEqual(picture(1, model).features.data);
  });
});
