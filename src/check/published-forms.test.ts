/** @file Tests that checkpoints are read in the forms that lie on the hub: names of weights by age, line ends, places of templates. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changedCheckpoint, type Json } from "../../test/support/changed-checkpoint.ts";
import { fixturesFolder, parityCases } from "../../test/support/parity-case.ts";
import { readConfigPart } from "../checkpoint-reader/parts.ts";
import { directEncoding } from "../../test/support/direct-encoding.ts";
import { readWeightIndex } from "../checkpoint/weights.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { defineModel } from "../models/registry.ts";
import { checkFiles, type CheckedFiles } from "./check.ts";
import { compareWeights } from "./weights.ts";

/** A name as `save_pretrained` of transformers 5 writes it: the beginnings that other versions gave it, the longest first. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^model\.language_model\.(?=embed_tokens|layers|norm)/, "language_model.model."],
  [/^(?:model\.)?vision_tower\.(?:vision_model\.)?/, "vision_tower."],
  [/^model\.vision_model\./, "vision_model."],
  [/^model\.multi_modal_projector\./, "multi_modal_projector."],
  [/^model\.image_newline$/, "image_newline"],
  [/^lm_head\./, "language_model.lm_head."],
];

const wrapped = /^vision_tower\.(?=embeddings\.|encoder\.layers\.|pre_layrnorm|post_layernorm|head\.)/;

/** What the names of a LLaVA and its relatives became, by age. */
const spellings: Readonly<Record<string, (name: string, isWrapped: boolean) => string>> = {
  "the first published checkpoints": (name, isWrapped) =>
    isWrapped ? name.replace(wrapped, "vision_tower.vision_model.") : name,
  "transformers 5": (name) => name,
  "modules of transformers 4.52 to 4.57": (name, isWrapped) =>
    modules(isWrapped ? name.replace(wrapped, "vision_tower.vision_model.") : name),
  "modules of transformers 5": (name) => modules(name),
};

function modules(name: string): string {
  return name
    .replace(/^language_model\.lm_head\./, "lm_head.")
    .replace(/^language_model\.model\./, "model.language_model.")
    .replace(/^(?=vision_tower\.|vision_model\.|multi_modal_projector\.|image_newline$)/, "model.");
}

/** The names of Qwen2-VL and Qwen2.5-VL. */
const qwenSpellings: Readonly<Record<string, (name: string) => string>> = {
  "the first published checkpoints": (name) => name,
  "modules of transformers since 4.52": (name) =>
    name.replace(/^visual\./, "model.visual.").replace(/^model\.(?=embed_tokens|layers|norm)/, "model.language_model."),
};

describe.each([...parityCases, "mllama"])("the names of %s", (fixture) => {
  it("are read in every spelling that was saved", async () => {
    const files = diskFolder(join(fixturesFolder, fixture, "checkpoint"));
    const silent = () => undefined;
    const { config } = await readConfigPart({ files, warn: silent });
    const definition = defineModel(config);
    const stored = [...(await readWeightIndex(files, silent)).weights.keys()];
    const isQwen = stored.some((name) => name.startsWith("visual."));
    const isLlavaLike = stored.some((name) => name.includes("multi_modal_projector."));
    // Families since 4.52 have had one spelling.
    if (!isQwen && !isLlavaLike) return;
    const plain = isQwen
      ? stored
      : stored.map((name) => beginnings.reduce((text, [beginning, now]) => text.replace(beginning, now), name));
    const isWrapped = plain.some((name) => /^vision_tower\.encoder\.layers\./.test(name));
    for (const [age, spell] of Object.entries(isQwen ? qwenSpellings : spellings)) {
      const names = new Set(plain.map((name) => spell(name, isWrapped)));
      const { report } = compareWeights(definition, { from: "index", names, files: 1, missingFiles: [] }, undefined);
      expect([age, report.missing, report.unused]).toEqual([age, [], []]);
    }
  });
});

describe("text files", () => {
  const check = (folder: string): Promise<CheckedFiles> =>
    checkFiles(
      diskFolder(folder),
      {
        ...{ question: "What\nis this?", pictures: [{ name: null, width: 60, height: 40 }], fit: "default" },
        ...{ answerTokens: 1, speed: null, availableBytes: null },
      },
      directEncoding,
    );
  let plain: CheckedFiles;
  beforeAll(async () => {
    plain = await check(await changedCheckpoint({}));
  });

  it("mean the same with line ends of Windows", async () => {
    const folder = await changedCheckpoint({});
    for (const name of readdirSync(folder).filter((each) => /\.(json|jinja)$/.test(each))) {
      const text = readFileSync(join(folder, name), "utf8");
      const pretty = name.endsWith(".json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
      writeFileSync(join(folder, name), pretty.replaceAll("\n", "\r\n"));
    }
    expect((await check(folder)).prompt).toEqual(plain.prompt);
  });

  it("may have a longest text of 1e30 tokens", async () => {
    const change = (json: Json) => (json["model_max_length"] = 1e30);
    const report = await check(await changedCheckpoint({ json: { "tokenizer_config.json": change } }));
    expect(report).toEqual(plain);
  });

  it("may name a size of 0 for all shards", async () => {
    const fixture = "llava-clip-llama-bf16-sharded";
    const change = (json: Json) => (json["metadata"] = { total_size: 0 });
    const folder = await changedCheckpoint({ fixture, json: { "model.safetensors.index.json": change } });
    expect(await check(folder)).toEqual(await check(await changedCheckpoint({ fixture })));
  });

  it("hold the template of chat_template.json before that of tokenizer_config.json", async () => {
    const folder = await changedCheckpoint({
      json: {
        "chat_template.json": (json) => (json["chat_template"] = "<image>\r\nfirst{{ messages[0].content[1].text }}"),
        "tokenizer_config.json": (json) => (json["chat_template"] = "<image>second"),
      },
    });
    rmSync(join(folder, "chat_template.jinja"), { force: true });
    const { prompt, warnings } = await check(folder);
    expect(prompt!.text).toBe("<image>\nfirstWhat\nis this?");
    expect(warnings.join()).toContain("the one of chat_template.json is used");
  });

  it("hold the settings of pictures in the older file or nested in the newer one", async () => {
    const folder = await changedCheckpoint({});
    const read = (name: string): Json => JSON.parse(readFileSync(join(folder, name), "utf8")) as Json;
    const newer = read("processor_config.json");
    const nested = newer["image_processor"] as Json;
    const { image_processor_type: type, ...settings } = nested;
    delete newer["image_processor"];
    writeFileSync(join(folder, "processor_config.json"), JSON.stringify(newer));
    // As files of before transformers 4.28 name the class.
    writeFileSync(
      join(folder, "preprocessor_config.json"),
      JSON.stringify({ ...settings, feature_extractor_type: "CLIPFeatureExtractor" }),
    );
    expect(type).toContain("CLIP");
    expect((await check(folder)).pictures).toEqual(plain.pictures);
  });
});
