/** @file Copies of a parity fixture's checkpoint with other JSON or other tensors, and what they answer. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import { loadModel } from "../../src/local-model/load-model.ts";
import { bytesSource, openSafetensors, readTensor } from "../../src/safetensors/read.ts";
import { ask } from "../../src/explain/ask.ts";
import { readConversation } from "../../src/cli/messages-file.ts";
import { fixturesFolder } from "./parity-case.ts";
import { writeStoredSafetensors, type StoredTensor } from "./stored-safetensors.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export type Json = Record<string, unknown>;

export interface Changes {
  /** A fixture in f32, in one file. */
  readonly fixture?: string;
  /** What is done to JSON files of the checkpoint, by name; a file that is not there begins as {}. */
  readonly json?: Readonly<Record<string, (json: Json) => void>>;
  /** What is done to the tensors. */
  readonly tensors?: (tensors: Map<string, StoredTensor>) => void;
}

const changedFixture = "llava-clip-llama-f32";

async function changeTensors(file: string, change: (tensors: Map<string, StoredTensor>) => void): Promise<void> {
  const source = bytesSource(await readFile(file));
  const opened = await openSafetensors(source, { file });
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of opened.tensors) {
    const tensor = await readTensor(source, entry);
    if (tensor.type === "f32") tensors.set(name, { name, type: "F32", dims: tensor.dims, values: tensor.data });
  }
  change(tensors);
  await writeStoredSafetensors(
    file,
    [...tensors].map(([name, tensor]) => ({ ...tensor, name })),
  );
}

/** The folder of a changed copy. */
export async function changedCheckpoint({ fixture = changedFixture, json = {}, tensors }: Changes): Promise<string> {
  const folder = join(temporaryFolder(), "model");
  await cp(join(fixturesFolder, fixture, "checkpoint"), folder, { recursive: true });
  for (const [name, change] of Object.entries(json)) {
    const file = join(folder, name);
    const text = await readFile(file, "utf8").catch(() => "{}");
    const value = JSON.parse(text) as Json;
    change(value);
    await writeFile(file, JSON.stringify(value));
  }
  if (tensors !== undefined) await changeTensors(join(folder, "model.safetensors"), tensors);
  return folder;
}

/** The first four greedy ids on the fixture's own question, and the warnings of the opened model. */
export async function answerOf(
  folder: string,
  fixture = changedFixture,
): Promise<{ ids: number[]; warnings: readonly string[] }> {
  const options = { maxMemoryBytes: 2 ** 32 };
  const model = await loadModel(await openCheckpoint(folder), { ...options, cacheFolder: temporaryFolder() });
  const conversation = await readConversation(join(fixturesFolder, fixture, "input/messages.json"));
  const sampling = { maxNewTokens: 4, minNewTokens: 4, temperature: 0, topP: 1, topK: 0, seed: 0 };
  const answer = await ask(model, { conversation, fit: "default", sampling }, options);
  return { ids: answer.tokens.map(({ id }) => id), warnings: model.checkpoint.warnings };
}
