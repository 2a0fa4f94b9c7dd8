/** @file Tests of what a check says of whole, changed and incomplete checkpoints. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changedCheckpoint, type Changes } from "../../test/support/changed-checkpoint.ts";
import { fixturesFolder, openParityCase, parityCases } from "../../test/support/parity-case.ts";
import { directEncoding } from "../../test/support/direct-encoding.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { bytesSource, openSafetensors } from "../safetensors/read.ts";
import { elementCount } from "../tensor/tensor.ts";
import { checkFiles, type CheckedFiles, type CheckRequest } from "./check.ts";

const plain: CheckRequest = {
  question: "What is this?",
  pictures: [{ name: null, width: 96, height: 64 }],
  fit: "default",
  answerTokens: 8,
  speed: { multiplicationsPerSecond: 1e10, bytesPerSecond: 1e10 },
  availableBytes: null,
};

const check = (folder: string, request: Partial<CheckRequest> = {}): Promise<CheckedFiles> =>
  checkFiles(diskFolder(folder), { ...plain, ...request }, directEncoding);

const checkChanged = async (changes: Changes): Promise<CheckedFiles> => check(await changedCheckpoint(changes));

interface Turn {
  readonly role: string;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
}

/** The question of a fixture of one turn; undefined for others. */
async function singleQuestion(folder: string): Promise<string | undefined> {
  const { messages } = JSON.parse(await readFile(join(folder, "input/messages.json"), "utf8")) as { messages?: Turn[] };
  const texts = messages?.[0]?.content.filter(({ type }) => type === "text") ?? [];
  const isPlain = messages?.length === 1 && messages[0]!.content.at(-1)?.type === "text" && texts.length === 1;
  return isPlain ? texts[0]!.text : undefined;
}

describe.each([...parityCases, "mllama"])("%s", (name) => {
  it("runs, lacks nothing, and has the prompt and the parameters of the reference", async () => {
    const { folder, text } = await openParityCase(name);
    const question = await singleQuestion(folder);
    const pictures = text.images.map(({ file, width, height }) => ({ name: file, width, height }));
    const report = await check(join(folder, "checkpoint"), {
      pictures,
      ...(question === undefined ? {} : { question }),
    });
    expect(report).toMatchObject({ runs: true, problem: null, notChecked: [] });
    expect(report.weights).toMatchObject({ from: "headers", missing: [], otherShape: [], unused: [] });
    const made = report.pictures!.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    expect(made).toBe(text.image_positions.length);
    if (question === undefined) return;
    expect(report.prompt!.text).toBe(text.prompt);
    expect(report.prompt!.ids.flatMap(({ id, count }) => Array<number>(count).fill(id))).toEqual(text.input_ids);
    expect(report.prompt!.imageTokens).toBe(text.image_positions.length);
    expect(report.forecast!.promptTokens).toBe(text.input_ids.length);
  });
});

describe("parameters", () => {
  it("are the numbers of the tensors in the files, by their prefixes", async () => {
    const folder = join(fixturesFolder, "llava-clip-llama-f32/checkpoint");
    const file = join(folder, "model.safetensors");
    const { tensors } = await openSafetensors(bytesSource(await readFile(file)), { file });
    const sum = (wanted: RegExp): number =>
      [...tensors.values()].reduce((all, { name, dims }) => all + (wanted.test(name) ? elementCount(dims) : 0), 0);
    const { parameters, weights } = await check(folder);
    expect(parameters!.vision).toBe(sum(/vision_tower/) - sum(/post_layernorm|position_ids/));
    expect(parameters!.projector).toBe(sum(/projector/));
    expect(parameters!.head).toBe(sum(/lm_head/));
    expect(parameters!.total).toBe(sum(/./) - sum(/post_layernorm|position_ids/));
    expect(weights!.read + weights!.leftOut).toBe(tensors.size);
  });

  it("of a head that shares the embeddings are counted once", async () => {
    const { parameters } = await check(join(fixturesFolder, "llava-siglip-llama3-gqa/checkpoint"));
    expect(parameters!.head).toBe(0);
  });
});

describe("weights", () => {
  it("that are missing are named by pattern, and keep the model from running", async () => {
    const report = await checkChanged({
      tensors: (tensors) => {
        for (const name of tensors.keys()) if (/language_model.*down_proj/.test(name)) tensors.delete(name);
      },
    });
    expect(report.weights!.missing).toHaveLength(1);
    expect(report.weights!.missing[0]).toMatchObject({ count: 2 });
    expect(report.weights!.missing[0]!.pattern).toContain("layers.N.mlp.down_proj.weight");
    expect(report.runs).toBe(false);
    expect(report.problem).toMatch(
      /the weights lack 2 tensors such as ".*down_proj\.weight", which config\.json asks for\.$/,
    );
  });

  it("of another shape are named with both shapes", async () => {
    const report = await checkChanged({
      json: { "config.json": (json) => ((json["text_config"] as { vocab_size: number }).vocab_size += 8) },
    });
    expect(report.weights!.otherShape.map(({ stored, asked }) => asked[0]! - stored[0]!)).toEqual([8, 8]);
    expect(report.problem).toContain("but config.json asks for");
  });

  it("that nothing reads are named by pattern", async () => {
    const report = await checkChanged({
      tensors: (tensors) => {
        for (const layer of [0, 1]) {
          tensors.set(`audio.${layer}.weight`, { type: "F32", name: "", dims: [2], values: new Float32Array(2) });
        }
      },
    });
    expect(report.runs).toBe(true);
    expect(report.weights!.unused).toEqual([{ pattern: "audio.N.weight", count: 2, example: "audio.0.weight" }]);
  });

  it("with a head beside shared embeddings are told", async () => {
    const share = (json: Record<string, unknown>): void => {
      json["tie_word_embeddings"] = true;
      (json["text_config"] as Record<string, unknown>)["tie_word_embeddings"] = true;
    };
    const { warnings, runs } = await checkChanged({ json: { "config.json": share } });
    expect(runs).toBe(true);
    expect(warnings.join()).toContain("a head is stored beside them");
  });

  it("of which the index alone is there are compared by name", async () => {
    const fixture = "llava-clip-llama-bf16-sharded";
    const folder = await changedCheckpoint({ fixture });
    await rm(join(folder, "model-00002-of-00003.safetensors"));
    const { weights, problem, runs, forecast } = await check(folder);
    expect(weights).toMatchObject({
      ...{ from: "index", files: 3, missing: [], unused: [], types: [], bytes: null },
      missingFiles: ["model-00002-of-00003.safetensors"],
    });
    expect(runs).toBe(false);
    expect(problem).toContain("1 of the 3 weight files");
    // What they would take is known all the same, by config.json.
    const whole = await check(join(fixturesFolder, fixture, "checkpoint"));
    const bytes = (of: typeof forecast) => of!.works.map(({ held, memory }) => [held, memory.weights]);
    expect(bytes(forecast).map(([held]) => held)).toEqual(bytes(whole.forecast).map(([held]) => held));
  });
});

describe("a folder that lacks files", () => {
  it("of weights alone is checked for the rest", async () => {
    const folder = await changedCheckpoint({});
    await rm(join(folder, "model.safetensors"));
    const { runs, problem, parameters, prompt, forecast, notChecked } = await check(folder);
    expect(runs).toBe(false);
    expect(problem).toContain("found neither model.safetensors nor model.safetensors.index.json");
    expect(notChecked.map(({ part }) => part)).toEqual(["weights"]);
    expect([parameters, prompt, forecast]).not.toContain(null);
  });

  it("of the tokenizer is checked for pictures and cost", async () => {
    const folder = await changedCheckpoint({});
    await rm(join(folder, "tokenizer.json"));
    const { problem, pictures, prompt, forecast, notChecked } = await check(folder);
    expect(problem).toContain("tokenizer.json: the file is missing");
    expect(notChecked.map(({ part }) => part)).toEqual(["tokenizer", "prompt"]);
    expect(prompt).toBeNull();
    expect(forecast!.promptTokens).toBe(pictures![0]!.imageTokens);
  });

  it("of the processor is checked for parameters and weights", async () => {
    const folder = await changedCheckpoint({});
    for (const name of ["processor_config.json", "preprocessor_config.json"])
      await rm(join(folder, name), { force: true });
    const { problem, pictures, weights, notChecked } = await check(folder);
    expect(problem).toContain("describes an image processor");
    expect(notChecked.map(({ part }) => part)).toEqual(["processor", "prompt"]);
    expect([weights === null, pictures]).toEqual([false, null]);
  });

  it("of a template counts tokens by a raw prompt", async () => {
    const folder = await changedCheckpoint({
      json: { "tokenizer_config.json": (json) => (json["chat_template"] = undefined) },
    });
    for (const name of ["chat_template.jinja", "chat_template.json"]) await rm(join(folder, name), { force: true });
    const { runs, prompt } = await check(folder);
    expect(runs).toBe(true);
    expect(prompt).toMatchObject({ hasTemplate: false, text: "<image>\nWhat is this?" });
  });

  it("of everything but an unknown config.json says what is supported", async () => {
    const folder = await changedCheckpoint({ json: { "config.json": (json) => (json["model_type"] = "florence2") } });
    const { runs, problem, architecture } = await check(folder);
    expect([runs, architecture]).toEqual([false, null]);
    expect(problem).toContain("supported are");
  });

  it("with a template that does not render says so, and counts by a raw prompt", async () => {
    const folder = await changedCheckpoint({});
    await writeFile(join(folder, "chat_template.json"), JSON.stringify({ chat_template: "{% for %}" }));
    const { runs, notChecked, prompt } = await check(folder);
    expect([runs, prompt!.hasTemplate]).toEqual([true, false]);
    expect(notChecked).toHaveLength(1);
    expect(notChecked[0]!.reason).toContain("the chat template cannot be rendered");
  });
});

describe("a forecast", () => {
  const demo = join(fixturesFolder, "../../demo/checkpoint");
  it("has the precisions that the program offers for what is stored", async () => {
    const precisions = async (folder: string): Promise<string[]> => {
      const { forecast } = await check(folder);
      return [...new Set(forecast!.works.map(({ precision, held }) => `${precision} ${held}`))];
    };
    expect(await precisions(demo)).toEqual(["f32 F32", "f16 F16"]);
    expect(await precisions(join(fixturesFolder, "llava-clip-llama-bf16-sharded/checkpoint"))).toEqual([
      "f32 F32",
      "f16 BF16",
    ]);
    expect(await precisions(join(fixturesFolder, "llava-clip-llama-f32/checkpoint"))).toEqual(["f32 F32"]);
  });

  it("takes longer for more work, longer answers and slower machines", async () => {
    const total = async (request: Partial<CheckRequest> = {}): Promise<number[]> =>
      (await check(demo, request)).forecast!.works.map(({ seconds }) => seconds!.total);
    const [ask, explain, relevancy, askInHalf] = await total();
    expect(explain).toBeGreaterThan(ask!);
    expect(relevancy).toBeGreaterThan(explain!);
    expect(askInHalf).toBeGreaterThan(ask!);
    expect((await total({ answerTokens: 64 }))[0]).toBeGreaterThan(ask!);
    const half = { multiplicationsPerSecond: 5e9, bytesPerSecond: 5e9 };
    expect((await total({ speed: half }))[0]! / ask!).toBeCloseTo(2);
  });

  it("is of memory alone if the speed is not known", async () => {
    const { forecast } = await check(demo, { speed: null });
    expect(forecast!.works.every(({ seconds, memory }) => seconds === null && memory.total > 0)).toBe(true);
  });
});
