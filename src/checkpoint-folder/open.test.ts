/** @file Tests of opening whole checkpoints: every LLaVA fixture, the demo model, a hub cache, and folders that are wrong. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCheckpoint } from "./open.ts";
import type { Message } from "../checkpoint/types.ts";

const fixtures = "test/fixtures";
const cases = readdirSync(fixtures).filter((name) => /^(llava|qwen|gemma3|paligemma)/.test(name));
const clip = join(fixtures, "llava-clip-llama-f32", "checkpoint");

interface Expected {
  prompt: string;
  image_token_id: number;
  template_samples: { messages: unknown; add_generation_prompt: boolean; text: string }[];
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

describe("openCheckpoint", () => {
  it.each(cases)("opens %s, whose prompt is that of transformers", async (name) => {
    const checkpoint = await openCheckpoint(join(fixtures, name, "checkpoint"));
    const expected = readJson(join(fixtures, name, "expected.json")) as Expected;
    const input = readJson(join(fixtures, name, "input", "messages.json")) as {
      messages?: readonly Message[];
      prompt?: string;
    };
    const content = [{ type: "image" }, { type: "text", text: input.prompt?.replace("<image>", "") ?? "" }] as const;
    const messages = input.messages ?? [{ role: "user", content }];
    expect(checkpoint.renderPrompt(messages, { addGenerationPrompt: true })).toBe(expected.prompt);
    expect(checkpoint.tokenizer.idOf(checkpoint.imageToken)).toBe(expected.image_token_id);
    expect(checkpoint.config.imageTokenId).toBe(expected.image_token_id);
    expect(checkpoint.hasChatTemplate).toBe(true);
    const generation = readJson(join(fixtures, name, "checkpoint", "generation_config.json")) as {
      eos_token_id: number;
    };
    expect(checkpoint.stopTokenIds).toEqual([generation.eos_token_id]);
  });

  it("takes one question for a model whose processor has no template", async () => {
    const checkpoint = await openCheckpoint(join(fixtures, "paligemma", "checkpoint"));
    const user: Message = { role: "user", content: [{ type: "text", text: "Hi" }] };
    const options = { addGenerationPrompt: true };
    expect(() => checkpoint.renderPrompt([{ ...user, role: "system" }, user], options)).toThrow("takes one question");
    expect(checkpoint.renderPrompt([user], options)).toBe("Hi");
  });

  it("opens the demo model", async () => {
    const checkpoint = await openCheckpoint("demo/checkpoint", { name: "demo" });
    expect(checkpoint).toMatchObject({ name: "demo", weightType: "F16", imageToken: "<image>", stopTokenIds: [2] });
    expect(checkpoint.config.vision).toMatchObject({ imageSize: 224, patchSize: 16 });
    expect(checkpoint.processor).toMatchObject({ centerCrop: { width: 224, height: 224 } });
  });

  it("names the checkpoint by its folder, absolute, and hashes the bytes of config.json", async () => {
    const { name, folder, sha256 } = await openCheckpoint(clip);
    expect(name).toBe("checkpoint");
    expect(folder).toBe(join(process.cwd(), clip));
    expect(sha256.config).toBe(
      createHash("sha256")
        .update(readFileSync(join(clip, "config.json")))
        .digest("hex"),
    );
    expect(sha256.index).toMatch(/^[0-9a-f]{64}$/);
  });

  it("stops when it is aborted", async () => {
    await expect(openCheckpoint(clip, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("names a folder that does not exist, and a file given for a folder", async () => {
    await expect(openCheckpoint("no/such/folder")).rejects.toThrow(
      "no/such/folder: the checkpoint folder does not exist",
    );
    await expect(openCheckpoint(join(clip, "config.json"))).rejects.toThrow("is a file; pass the folder");
  });
});

describe("openCheckpoint of a changed folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "checkpoint-")));
    await cp(clip, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function change(name: string, fields: Record<string, unknown>): Promise<void> {
    const json = JSON.parse(await readFile(join(folder, name), "utf8")) as object;
    await writeFile(join(folder, name), JSON.stringify({ ...json, ...fields }));
  }

  it("opens a snapshot of a hub cache, where every file is a link", async () => {
    const names = readdirSync(folder);
    const snapshot = join(folder, "snapshots", "rev");
    await mkdir(snapshot, { recursive: true });
    await mkdir(join(folder, "blobs"));
    for (const name of names) {
      await rename(join(folder, name), join(folder, "blobs", name));
      await symlink(join("..", "..", "blobs", name), join(snapshot, name));
    }
    const { weights } = await openCheckpoint(snapshot);
    expect(new Set([...weights.values()].map(({ file }) => file))).toEqual(
      new Set([join(folder, "blobs", "model.safetensors")]),
    );
  });

  it.each(["config.json", "tokenizer.json", "model.safetensors", "processor_config.json"])(
    "says that %s is missing",
    async (name) => {
      await rm(join(folder, name));
      await expect(openCheckpoint(folder)).rejects.toThrow(name);
      await expect(openCheckpoint(folder)).rejects.toThrow(folder);
    },
  );

  it("opens without a generation config, a tokenizer config or a template", async () => {
    for (const name of ["generation_config.json", "tokenizer_config.json", "chat_template.jinja"])
      await rm(join(folder, name));
    const checkpoint = await openCheckpoint(folder);
    expect(checkpoint.hasChatTemplate).toBe(false);
    expect(checkpoint.stopTokenIds).toEqual([2]);
    expect(() => checkpoint.renderPrompt([], { addGenerationPrompt: true })).toThrow(/template/);
  });

  it("says first that a model is not supported, whatever else is missing", async () => {
    await change("config.json", { model_type: "blip-2", architectures: ["Blip2ForConditionalGeneration"] });
    await rm(join(folder, "model.safetensors"));
    await expect(openCheckpoint(folder)).rejects.toThrow('model_type is "blip-2"');
  });

  it("refuses a processor that does not make what the vision tower takes", async () => {
    await change("processor_config.json", { image_processor: { image_processor_type: "CLIPImageProcessor" } });
    await expect(openCheckpoint(folder)).rejects.toThrow(
      "makes pictures of 224 x 224 pixels, but its vision tower takes 40 x 40",
    );
  });

  it("refuses an image token whose id is not the model's", async () => {
    await change("processor_config.json", { image_token: "<picture>" });
    await expect(openCheckpoint(folder)).rejects.toThrow('has no id for the image token "<picture>"');
    await change("processor_config.json", { image_token: "</s>" });
    await expect(openCheckpoint(folder)).rejects.toThrow(
      'has the id 2 for the image token "</s>", but config.json puts pictures at id 489',
    );
  });
});
