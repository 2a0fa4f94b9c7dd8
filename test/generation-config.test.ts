/** @file Answers with rules of generation_config.json, or of an older config.json, against transformers' on every case of the fixtures. */
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readGenerationSettings } from "../src/checkpoint/generation-config.ts";
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import type { GenerationSettings } from "../src/checkpoint/types.ts";
import { embedPrompt, type Sequence } from "../src/engine/embed.ts";
import { generate } from "../src/engine/generate.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { ask } from "../src/explain/ask.ts";
import { encodePictures, prepareQuestion, type Question } from "../src/explain/question.ts";
import { generationCases, type AnswerCase } from "./support/generation-cases.ts";
import { fixturesFolder } from "./support/parity-case.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { diskFolder } from "../src/files/disk-folder.ts";

const fixture = join(fixturesFolder, "llava-clip-llama-f32");

async function change(file: string, changes: (values: Record<string, unknown>) => unknown): Promise<void> {
  await writeFile(file, JSON.stringify(changes(JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>)));
}

/** A folder with the files of the fixture, and the fields of a case in them. */
async function changedFolder(
  { fields, top, text }: Partial<AnswerCase>,
  names: readonly string[] = ["config.json", "generation_config.json"],
): Promise<string> {
  const checkpoint = join(temporaryFolder(), "checkpoint");
  await mkdir(checkpoint);
  for (const name of names) {
    const from = join(fixture, "checkpoint", name);
    await (name.endsWith(".json") ? copyFile(from, join(checkpoint, name)) : symlink(from, join(checkpoint, name)));
  }
  const generation = join(checkpoint, "generation_config.json");
  if (fields === undefined && (top ?? text) !== undefined) await rm(generation);
  else await change(generation, (values) => ({ ...values, ...fields }));
  await change(join(checkpoint, "config.json"), (values) => ({
    ...values,
    ...top,
    text_config: { ...(values.text_config as object), ...text },
  }));
  return checkpoint;
}

async function open(folder: string): Promise<HostedModel> {
  return loadModel(await openCheckpoint(folder), { cacheFolder: temporaryFolder(), maxMemoryBytes: 1e9 });
}

function questionOf({ on, new: maxNewTokens, least = 0 }: Pick<AnswerCase, "on" | "new" | "least">): Question<string> {
  const { messages } = generationCases.conversations[on]!;
  const hasPicture = messages.some(({ content }) => content.some(({ type }) => type === "image"));
  const pictures = hasPicture ? [join(fixture, "input", "image-rgb.png")] : [];
  return {
    conversation: { messages, prompt: null, pictures },
    fit: "default",
    sampling: { maxNewTokens, minNewTokens: least, temperature: 0, topK: 0, topP: 1, seed: 0 },
  };
}

describe("a checkpoint's rules", () => {
  let model: HostedModel;
  const embedded = new Map<string, Sequence>();
  beforeAll(async () => {
    model = await open(join(fixture, "checkpoint"));
    for (const [on, { input_ids }] of Object.entries(generationCases.conversations)) {
      const { prompt, pictures } = await prepareQuestion(model, questionOf({ on, new: 1 }));
      expect(prompt.ids).toEqual(input_ids);
      const encoded = await encodePictures(model, pictures, { taps: [] });
      embedded.set(on, await embedPrompt(model, prompt.ids, encoded));
    }
  });

  async function settingsOf(wanted: AnswerCase): Promise<GenerationSettings> {
    const folder = await changedFolder(wanted);
    const modelConfig: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
    const { tokenizer, config } = model.checkpoint;
    return readGenerationSettings(diskFolder(folder), {
      ...{ modelConfig, tokenizer },
      vocabulary: config.language.vocabulary,
      warn: () => undefined,
    });
  }

  test.each(generationCases.answers.map((wanted) => [JSON.stringify({ ...wanted, ids: undefined }), wanted] as const))(
    "give the greedy answer of transformers with %s",
    async (_, wanted) => {
      const { rules, stopTokenIds } = await settingsOf(wanted);
      const { sampling } = questionOf(wanted);
      const { ids } = await generate(model, embedded.get(wanted.on)!, {
        ...sampling,
        sampling,
        stopTokenIds,
        answerRules: { rules, promptIds: generationCases.conversations[wanted.on]!.input_ids },
      });
      expect(ids).toEqual(wanted.ids);
    },
  );

  test("hold for a question that is asked of the opened folder", async () => {
    const names = await readdir(join(fixture, "checkpoint"));
    const [wanted] = generationCases.answers.filter(({ on, fields }) => on === "turns" && fields?.min_new_tokens);
    const changed = await open(await changedFolder(wanted!, names));
    const { tokens } = await ask(changed, questionOf(wanted!), { maxMemoryBytes: 1e9 });
    expect(tokens.map(({ id }) => id)).toEqual(wanted!.ids);
  });
});
