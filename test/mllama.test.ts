/** @file Llama 3.2 Vision: knocked-out memory tokens, a sparse configuration, and the published sizes. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readModelConfig } from "../src/checkpoint/config/read.ts";
import { embedPrompt, type Sequence } from "../src/engine/embed.ts";
import { generate } from "../src/engine/generate.ts";
import type { Tap } from "../src/engine/taps.ts";
import { traceLanguage } from "../src/engine/trace.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { defineModel } from "../src/models/registry.ts";
import { defaultSampling } from "../src/run/question-limits.ts";
import { explainWithCauses } from "../src/causes/explain-causes.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { exportRun } from "../src/export/export.ts";
import { mostAttentivePlace } from "../src/findings/attentive.ts";
import { patchText } from "../src/findings/evidence.ts";
import { readMap } from "../src/findings/read-map.ts";
import { attentionBlock } from "../src/run/attention-block.ts";
import { attentionRows } from "../src/run/attention-rows.ts";
import { defaultCausalSettings } from "../src/run/causes.ts";
import { compactRun } from "../src/run/compact-run.ts";
import { imageTokens, keyCount, predictingPosition } from "../src/run/positions.ts";
import type { Run } from "../src/run/types.ts";
import { questionOf } from "./support/demo-question.ts";
import { openBytes } from "./support/open-bytes.ts";
import { encodeParity, loadParityModel, openParityCase, type ParityCase } from "./support/parity-case.ts";
import { withScorer } from "./support/with-scorer.ts";

let parity: ParityCase;
let model: HostedModel;
let sequence: Sequence;
beforeAll(async () => {
  parity = await openParityCase("mllama");
  model = await loadParityModel(parity);
  const { input_ids: prompt, generated_ids: answer } = parity.text;
  sequence = await embedPrompt(model, [...prompt, ...answer], await encodeParity(parity, model), prompt.length);
});

const attention: Tap = { site: "language.layers.1.attention.probs" };
const logits: Tap = { site: "logits" };

describe("memory tokens that are knocked out", () => {
  test("are read by no position, and what they had goes to the rest of each row", async () => {
    const memory = [0, 3, 12];
    const full = (await traceLanguage(model, sequence, { taps: [attention] })).get(attention)!;
    const found = await traceLanguage(model, sequence, { taps: [attention], intervention: { memory } });
    const { dims, data } = found.get(attention)!;
    const keys = dims[2]!;
    for (let start = 0; start < data.length; start += keys) {
      const kept = 1 - memory.reduce((sum, token) => sum + full.data[start + token]!, 0);
      const row = full.data.subarray(start, start + keys);
      const expected = Array.from(row, (value, token) => (memory.includes(token) ? 0 : value / kept));
      expect(data.subarray(start, start + keys)).toBeCloseToArray(expected, 1e-5);
    }
  });

  test("leave a row without attention if nothing is left, in traces, in scores and in generation alike", async () => {
    const { memoryTokens } = sequence.plan;
    const memory = Array.from({ length: memoryTokens }, (_, token) => token);
    const traced = await traceLanguage(model, sequence, { taps: [attention, logits], intervention: { memory } });
    expect(traced.get(attention)!.data.every((value) => value === 0)).toBe(true);
    const all = traced.get(logits)!;
    expect(all.data.every(Number.isFinite)).toBe(true);
    const rows = sequence.embedded.dims[0]!;
    const predicting = [rows - 1];
    const { plan } = sequence;
    const scored = await withScorer(model, { rows, plan, predicting }, (score) => score(sequence, { memory }));
    expect(scored.data).toBeCloseToArray(all.data.subarray((rows - 1) * all.dims[1]!), 1e-5);
    const prompt = await embedPrompt(model, parity.text.input_ids, await encodeParity(parity, model));
    const { ids } = await generate(model, prompt, {
      ...{ sampling: defaultSampling, maxNewTokens: 1, stopTokenIds: [] },
      intervention: { memory },
    });
    const first = all.data.subarray(
      (parity.text.input_ids.length - 1) * all.dims[1]!,
      parity.text.input_ids.length * all.dims[1]!,
    );
    expect(first[ids[0]!]).toBeCloseTo(Math.max(...first), 4);
  });

  test("must exist", async () => {
    const wrong = traceLanguage(model, sequence, { taps: [], intervention: { memory: [20] } });
    await expect(wrong).rejects.toThrow(
      "intervention: memory token 20 cannot be knocked out, since the pictures have 20; name one of 0 to 19.",
    );
  });
});

describe("a run whose image tokens are behind the sequence", () => {
  const length = { maxNewTokens: 2, minNewTokens: 2 };
  const options = { methods: ["attention", "lens", "relevancy"], record: "full", maxMemoryBytes: 2 ** 32 } as const;
  const gradients = { variants: ["exact"], target: { kind: "logit" }, tokens: "all" } as const;
  const causes = { settings: defaultCausalSettings, layers: [0, 1, 2], tokens: ["0"] };
  const explained = async (pictures: string[]): Promise<Run> => {
    const question = questionOf("How many windows?", pictures, length);
    return openRecorded(await explainWithCauses(model, question, { ...options, gradients, causes }));
  };
  let run: Run;
  beforeAll(async () => {
    run = await explained([join(parity.folder, "input", parity.text.images[0]!.file)]);
  });

  test("is copied into a report with its whole key axis", async () => {
    const place = { layer: 1, queries: [predictingPosition(run.description, 0)] };
    const { data } = await attentionRows(run, place);
    expect((await attentionRows(await openBytes(await compactRun(run)), place)).data).toBeCloseToArray(data, 0.005);
  });

  test("names the tile of a patch, and has a causal map over all keys, but no patch of the lens", async () => {
    const { tokens, memory } = run.description;
    const cell = memory.findIndex(({ row }) => row !== undefined);
    expect(patchText(run.description, tokens.length + cell)).toBe("patch in row 0, column 0 of tile 1");
    expect(await readMap(run, { map: "causes", token: 0 })).toHaveLength(keyCount(run.description));
    await expect(readMap(run, { map: "lens", token: 0 })).rejects.toThrow("image tokens are behind the sequence");
  });

  test("has graphs and the mean of every layer but the one of cross-attention if there is no picture", async () => {
    const alone = await explained([]);
    expect(new Set(alone.description.causes!.map(({ layer }) => layer))).toEqual(new Set([0, 2]));
    expect(alone.description.methods.attention).toEqual({ layersWithoutMap: [1] });
    expect(run.description.methods.attention).toEqual({});
    const positions = [predictingPosition(alone.description, 0)];
    const rows = await attentionBlock(alone, { layers: [0, 2], heads: "all", positions });
    const { data, dims } = await attentionBlock(alone, { layers: "all", heads: "all", positions });
    expect(dims[0]).toBe(2);
    expect(data).toEqual(rows.data);
    const [, heads, , length] = dims as [number, number, number, number];
    const mean = Float32Array.from(
      { length },
      (_, key) => data.reduce((sum, value, i) => (i % length === key ? sum + value : sum), 0) / (2 * heads),
    );
    expect(await readMap(alone, { map: "attention", token: 0 })).toBeCloseToArray(mean, 1e-6);
    await expect(attentionBlock(alone, { layers: [1], heads: "mean", positions })).rejects.toThrow(
      "does not hold the attention of layer 1",
    );
  });

  test("counts attention on places of pictures alone when it picks a head", async () => {
    const { description } = run;
    const group = { tokens: [0], text: "" };
    const query = predictingPosition(description, 0);
    const { data, dims } = await attentionRows(run, { layer: 1, queries: [query] });
    const keys = keyCount(description);
    const placed = imageTokens(description).filter(({ cell }) => cell !== undefined);
    // The token in the sequence and the one that stands for a whole tile are of a picture, but of no place on it.
    expect(placed.length).toBeLessThan(imageTokens(description).length);
    for (let head = 0; head < dims[0]!; head++) {
      const share = placed.reduce((sum, { position }) => sum + data[head * keys + position]!, 0);
      const found = await mostAttentivePlace(run, group, { layer: 1, head });
      expect(found.share).toBeCloseTo(share, 6);
    }
  });

  test("is exported as tables and JSON of the lens, without a map of patches", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lvlm-interpret-lens-"));
    try {
      const request = { formats: ["csv", "json"], selection: { method: "lens" }, runName: "one" } as const;
      const { files } = await exportRun(run, { ...request, out: { folder } });
      const names = files.map((file) => basename(file));
      expect(names.slice(0, 4)).toEqual([
        "one.lens.csv",
        "one.tokens.csv",
        "one.layers-heads.csv",
        "one.text-against-image.csv",
      ]);
      const rows = (await readFile(files[0]!, "utf8")).trim().split("\n");
      const best = (await run.tensor("lens.ids")).dims[2]!;
      // Each answer token at the input and after each of three layers.
      expect(rows).toHaveLength(1 + 2 * 4 * best);
      const document = JSON.parse(await readFile(files.at(-1)!, "utf8")) as {
        lens: unknown[];
        pictures: { grids: { values: unknown }[] }[];
      };
      expect(document.lens).toHaveLength(1);
      expect(document.pictures.flatMap(({ grids }) => grids.map(({ values }) => values))).toEqual(
        document.pictures.flatMap(({ grids }) => grids.map(() => null)),
      );
      const out = join(folder, "mine.csv");
      const named = await exportRun(run, { ...request, formats: ["csv"], out: { file: out, format: "csv" } });
      expect(named.files[0]).toBe(out);
      expect(await readFile(out, "utf8")).toBe(await readFile(files[0]!, "utf8"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test("a configuration that leaves everything to its classes is that of the first published model's classes", () => {
  const config = readModelConfig(
    { model_type: "mllama", text_config: {}, vision_config: {} },
    join("x", "config.json"),
  );
  expect(config).toMatchObject({
    architecture: "mllama",
    imageTokenId: 128256,
    vision: { width: 1280, layers: 40, localLayers: 32, maxTiles: 4, aspectRatios: 8, imageSize: 448 },
    language: { embeddingRows: 128264, vocabulary: 128256, crossAttentionLayers: [3, 8, 13, 18, 23, 28, 33, 38] },
  });
});

test("a model of the published sizes has 6,404 memory tokens a picture", () => {
  const config = readModelConfig({ model_type: "mllama", vision_config: { image_size: 560 } }, "config.json");
  const { vision } = defineModel(config);
  const { imageTokens, inputs } = vision.plan(vision.smallest);
  expect(imageTokens).toHaveLength(6404);
  expect(inputs.map(({ tokens }) => tokens)).toEqual([4 * 1608]);
  expect(imageTokens.filter(({ cell }) => cell !== undefined)).toHaveLength(1600);
});
