/** @file The contract of every `FileFolder`: on the disk and in memory; and that a checkpoint in memory is the one on the disk. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import { nodeEncoding } from "../checkpoint-folder/outside-encoder.ts";
import { readCheckpoint } from "../checkpoint-reader/read.ts";
import type { WeightLocation } from "../checkpoint/types.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { memoryFolder } from "../../test/support/memory-folder.ts";
import type { FileFolder } from "./file-folder.ts";

const files = new Map([
  ["a.json", Uint8Array.from([1, 2, 3, 4, 5])],
  ["inside/b.jinja", Uint8Array.from([6])],
]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "folder-"));
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const adapters: readonly [string, () => FileFolder][] = [
  ["on the disk", () => diskFolder(folder)],
  ["in memory", () => memoryFolder(files)],
];

describe.each(adapters)("a folder %s", (_, open) => {
  it("tells which files it has, and reads them whole", async () => {
    const files = open();
    expect(await Promise.all(["a.json", "inside/b.jinja", "c"].map((name) => files.has(name)))).toEqual([
      true,
      true,
      false,
    ]);
    expect([...(await files.read("a.json", 5))!]).toEqual([1, 2, 3, 4, 5]);
    expect([...(await files.read("inside/b.jinja", 5))!]).toEqual([6]);
    expect(await files.read("c", 5)).toBeUndefined();
  });

  it("refuses what is longer than the limit, by its name", async () => {
    const files = open();
    await expect(files.read("a.json", 4)).rejects.toThrow(
      `${files.pathOf("a.json")}: the file has 5 bytes, more than the limit of 4.`,
    );
    expect(files.pathOf("a.json").startsWith(files.path)).toBe(true);
  });

  it("opens a file where it lies, for reads from any place", async () => {
    const files = open();
    const source = await files.open(await files.locate("a.json"));
    expect(source.size).toBe(5);
    expect([...(await source.read(1, 3))]).toEqual([2, 3]);
    await source.close();
    await expect(files.locate("c")).rejects.toThrow();
    await expect(files.open(files.pathOf("c"))).rejects.toThrow("the file is missing.");
  });
});

describe("a checkpoint in memory", () => {
  it.each(["llava-clip-llama-f32", "llava-clip-llama-bf16-sharded"])("is that on the disk: %s", async (name) => {
    const path = `test/fixtures/${name}/checkpoint`;
    const names = await readdir(path);
    const bytes = await Promise.all(names.map(async (file) => new Uint8Array(await readFile(join(path, file)))));
    const inMemory = memoryFolder(new Map(names.map((file, i) => [file, bytes[i]!])));
    const found = await readCheckpoint(inMemory, nodeEncoding);
    const onDisk = await openCheckpoint(path);
    expect(found.config).toEqual(onDisk.config);
    expect(found.processor).toEqual(onDisk.processor);
    expect(found.sha256).toEqual(onDisk.sha256);
    expect(found.warnings).toEqual(onDisk.warnings);
    const place = ({ name: weight, offset, byteLength }: WeightLocation) => [weight, offset, byteLength];
    expect([...found.weights.values()].map(place)).toEqual([...onDisk.weights.values()].map(place));
    const messages = [{ role: "user", content: [{ type: "text", text: "Is it day?" }] }] as const;
    expect(found.renderPrompt(messages, { addGenerationPrompt: true })).toBe(
      onDisk.renderPrompt(messages, { addGenerationPrompt: true }),
    );
    expect(await found.encode("A café.", { addSpecialTokens: true })).toEqual(
      await onDisk.encode("A café.", { addSpecialTokens: true }),
    );
  });
});
