/** @file Families whose sizes depend on the picture, from the files of a question to every method, measurement and place on the picture. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graphPool } from "../src/causes/graph-pool.ts";
import { defaultCausalSettings } from "../src/run/causes.ts";
import { explain } from "../src/explain/explain.ts";
import { methods } from "../src/run/maps.ts";
import { readConversation } from "../src/cli/messages-file.ts";
import { openRecorded } from "../src/explain/recorded-run.ts";
import { runGraphs } from "../src/findings/causes/run-graphs.ts";
import { cellBox } from "../src/image/geometry.ts";
import { causeUnits, positionsOfUnits } from "../src/measure/cause-units.ts";
import { measure } from "../src/measure/measure.ts";
import { withProbe } from "../src/measure/probe.ts";
import { tokenEffects } from "../src/measure/token-effects.ts";
import { dependenceRequestOf } from "../src/run/cause-requests.ts";
import type { CleannResult, DependenceResult, MeasureRequest, MinimalResult } from "../src/run/measures.ts";
import { imageTokenPositions, imageTokens } from "../src/run/positions.ts";
import type { Run } from "../src/run/types.ts";
import { floatTensor, type FloatTensor } from "../src/tensor/tensor.ts";
import { rolloutRows } from "../src/methods/rollout.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { answerOf, changedCheckpoint, type Json } from "./support/changed-checkpoint.ts";
import { demoPicture, greedySampling, questionOf } from "./support/demo-question.ts";
import {
  entry,
  languageMap,
  largest,
  loadParityModel,
  openParityCase,
  type ParityCase,
} from "./support/parity-case.ts";
import type { StoredTensor } from "./support/stored-safetensors.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const pool = graphPool({ threads: 1 });
afterAll(() => pool.close());
const maxMemoryBytes = 2 ** 32;
/** What goes back through the model, with one point on the path of integrated gradients, whose sums have a test of their own. */
const gradients = {
  variants: ["exact", "reference"],
  target: { kind: "logit" },
  tokens: "all",
  steps: 1,
} as const;

/** Cases of test/fixtures, a line each. */
const families = [
  "llava-siglip-qwen2",
  "llava-clip-gemma",
  "llava-clip-mistral",
  "llava-next",
  "llava-onevision",
  "internvl",
  "smolvlm",
  "idefics3",
  "pixtral",
  "mistral3",
  "qwen2-vl",
  "qwen2.5-vl",
  "qwen3-vl",
  "paligemma",
  "gemma3",
  "mllama",
] as const;

/** Mean over heads of [heads, query, key]. */
function headMean({ dims, data }: FloatTensor): FloatTensor {
  const [heads, queries, keys] = dims as [number, number, number];
  const mean = floatTensor([queries, keys]);
  for (const [i, value] of data.entries()) mean.data[i % (queries * keys)]! += value / heads;
  return mean;
}

describe.each(families)("%s", (name) => {
  let parity: ParityCase;
  let model: HostedModel;
  let run: Run;
  beforeAll(async () => {
    parity = await openParityCase(name);
    model = await loadParityModel(parity);
    const conversation = await readConversation(join(parity.folder, "input/messages.json"));
    const maxNewTokens = parity.text.generated_ids.length;
    const sampling = { ...greedySampling, maxNewTokens, minNewTokens: maxNewTokens };
    const options = { methods, record: "full", gradients, maxMemoryBytes } as const;
    run = await openRecorded(await explain(model, { conversation, fit: "default", sampling }, options));
  }, 60_000);
  const floats = async (tensor: string) => (await run.tensor(tensor)) as FloatTensor;
  const rows = (tensor: FloatTensor) => Array.from({ length: tensor.dims[0]! }, (_, row) => entry(tensor, row).data);

  test("the prompt, its tokens, the image tokens and the answer are transformers'", () => {
    const { prompt, tokens, answer } = run.description;
    const ids = tokens.map(({ id }) => id);
    expect(prompt).toBe(parity.text.prompt);
    expect(ids.slice(0, answer.start)).toEqual(parity.text.input_ids);
    expect(ids.slice(answer.start)).toEqual(parity.text.generated_ids);
    const inSequence = imageTokenPositions(run.description).filter((position) => position < tokens.length);
    expect(inSequence).toEqual(parity.text.image_positions);
  });

  test("attention, rollout, lens and exact relevancy are PyTorch's", async () => {
    const { model: sizes, tokens, memory, answer } = run.description;
    const { cross_attention_layers: cross = [] } = parity.text;
    const sequence: FloatTensor[] = [];
    for (let layer = 0; layer < sizes.languageLayers; layer++) {
      const expected = await languageMap(parity, "lm.attn", layer);
      const [heads, queries, keys] = expected.dims as [number, number, number];
      const whole = await floats(`language.attention.${layer}`);
      const first = cross.includes(layer) ? tokens.length : 0;
      const axis = tokens.length + memory.length;
      expect(whole.dims).toEqual([heads, queries, axis]);
      const read = floatTensor(expected.dims);
      for (let row = 0; row < heads * queries; row++) {
        const start = row * axis + first;
        read.data.set(whole.data.subarray(start, start + keys), row * keys);
      }
      expect(read.data).toBeCloseToArray(expected.data, 5e-5);
      // A layer reads the sequence or the memory, and nothing of the other.
      expect(whole.data.filter((value) => value !== 0).length).toBe(read.data.filter((value) => value !== 0).length);
      if (!cross.includes(layer)) sequence.push(headMean(read));
    }
    // What the fixtures hold of rollout and relevancy is that of self-attention alone.
    const predicting = tokens.slice(answer.start).map((_, token) => answer.start - 1 + token);
    const rollout =
      memory.length === 0
        ? rows(await floats("rollout"))
        : rows(rolloutRows({ headMeans: sequence, positions: predicting }));
    const exact = rows(await floats("relevancy.exact.language"));
    for (const [token] of parity.text.generated_ids.entries()) {
      const expected = (await parity.floats(`rollout.${token}`)).data;
      expect(rollout[token]!.subarray(0, expected.length)).toBeCloseToArray(expected, 1e-5);
      const relevancy = (await parity.floats(`relevancy.exact.${token}`)).data;
      const tolerance = 2e-4 * largest(relevancy.subarray(0, -1));
      expect(exact[token]!.subarray(0, relevancy.length)).toBeCloseToArray(relevancy, tolerance);
    }
    const lens = await parity.floats("lens.logits");
    const found = await floats("lens.logits");
    const positions = [...(await run.tensor("lens.positions")).data];
    for (const [layer, expected] of rows(lens).entries()) {
      const read = parity.text.lens_positions.flatMap((position) => {
        const start = positions.indexOf(position) * 5;
        return [...entry(found, layer).data.subarray(start, start + 5)];
      });
      expect(read).toBeCloseToArray(expected, 1e-4);
    }
  });

  test("every method gives numbers, which are not all zero, for every image token", async () => {
    const count = imageTokenPositions(run.description).length;
    for (const map of ["relevancy.exact.vision", "relevancy.exact.combined", "grad-cam", "lrp.vision"]) {
      const tensor = await floats(map);
      expect([map, tensor.dims]).toEqual([map, [parity.text.generated_ids.length, count]]);
      expect(tensor.data.every(Number.isFinite)).toBe(true);
      // Grad-CAM is of the last layer, whose window may end before the picture.
      const { layers, window } = model.definition.language.config;
      const seen = window?.layers.includes(layers - 1) === true ? window.size : Infinity;
      const isSeen = parity.text.image_positions.at(-1)! > parity.text.input_ids.length - 1 - seen;
      if (map === "grad-cam" && !isSeen) expect(largest(tensor.data)).toBe(0);
      else expect(largest(tensor.data)).toBeGreaterThan(0);
    }
    for (const map of ["gradient-rollout", "lrp.language", "relevancy.reference.language"]) {
      expect(largest((await floats(map)).data)).toBeGreaterThan(0);
    }
  });

  test("image tokens with a cell lie on the picture, and those of the whole and of all tiles cover it", () => {
    for (const [image, { width, height, grids }] of run.description.images.entries()) {
      const areas = grids.map(({ box }) => box.width * box.height);
      const whole = areas.indexOf(Math.max(...areas));
      const tiles = [...grids.keys()].filter((grid) => grid !== whole);
      const isTiles = areas[whole]! < 0.9 * width * height;
      for (const shown of isTiles ? [[...grids.keys()]] : tiles.length === 0 ? [[whole]] : [[whole], tiles]) {
        const boxes = imageTokens(run.description, image)
          .filter(({ cell }) => cell !== undefined && shown.includes(cell.grid))
          .map(({ cell }) => cellBox(grids[cell!.grid]!, cell!));
        expect(boxes).toHaveLength(shown.reduce((sum, grid) => sum + grids[grid]!.rows * grids[grid]!.cols, 0));
        const left = Math.min(...boxes.map((box) => box.left));
        const top = Math.min(...boxes.map((box) => box.top));
        const right = Math.max(...boxes.map((box) => box.left + box.width));
        const bottom = Math.max(...boxes.map((box) => box.top + box.height));
        // A grid without padding may end one cell within the picture or beyond it.
        const [cellWidth, cellHeight] = [boxes[0]!.width, boxes[0]!.height];
        // What a cut around the center leaves is a square in the middle.
        const { processor } = model.checkpoint;
        const isCut = processor.kind === "whole" && processor.centerCrop !== null;
        const seen = isCut ? { width: Math.min(width, height), height: Math.min(width, height) } : { width, height };
        for (const [edge, expected, cell] of [
          [left, (width - seen.width) / 2, cellWidth],
          [top, (height - seen.height) / 2, cellHeight],
          [right, (width + seen.width) / 2, cellWidth],
          [bottom, (height + seen.height) / 2, cellHeight],
        ] as const) {
          expect(Math.abs(edge - expected)).toBeLessThan(cell);
        }
      }
    }
  });

  const placed = () =>
    imageTokens(run.description).flatMap(({ cell, position }) => (cell === undefined ? [] : [position]));
  const request = (change: object) => ({ token: 1, fill: "mean", seed: 0, ...change }) as MeasureRequest;
  test.each<[string, () => MeasureRequest]>([
    [
      "masked patches",
      () =>
        request({
          ...{ kind: "verify", source: { kind: "selection" }, sets: 20, minimal: false },
          evidence: { kind: "tokens", positions: placed().slice(0, 5) },
        }),
    ],
    [
      "ablated heads",
      () =>
        request({
          ...{ kind: "verify", source: { kind: "selection" }, sets: 20, minimal: false },
          evidence: { kind: "heads", heads: [{ layer: 1, head: 2 }] },
        }),
    ],
    ["random weights", () => request({ kind: "random-weights", methods: ["relevancy.combined"] })],
    ["grounding", () => ({ kind: "grounding", seed: 0 })],
  ])("%s: the measurement begins at the recorded probability", async (_, of) => {
    const options = { request: of(), pool, cacheFolder: temporaryFolder(), maxMemoryBytes };
    const { result } = await measure(model, run, options);
    if (!("original" in result)) return;
    const { original } = result;
    const probability = typeof original === "number" ? original : original.probability;
    expect(probability).toBeCloseTo(run.description.answerTokens[1]!.probability, 4);
  });

  test("minimal causes begin at the recorded probability, and each way to take everything away changes the score", async () => {
    const score = "log-probability";
    const minimal = {
      kind: "minimal",
      token: 1,
      kinds: ["image", "text"],
      order: "edges",
      nullSets: 2,
      score,
      seed: 0,
    } as const;
    const cleann = {
      kind: "cleann",
      token: 1,
      layer: 1,
      ...defaultCausalSettings,
      fill: "mean",
      budget: 2,
      seed: 0,
    } as const;
    const places = { pool, cacheFolder: temporaryFolder(), maxMemoryBytes };
    const { image, text } = (await measure(model, run, { request: minimal, ...places })).result as MinimalResult;
    for (const causes of [image, text]) {
      expect(causes!.original).toBeCloseTo(run.description.answerTokens[1]!.probability, 4);
      if (causes!.verdict === "nothing to test") expect(causes!.calls).toBeLessThanOrEqual(3);
    }
    const asked = { request: dependenceRequestOf(1), ...places };
    const { original, without } = (await measure(model, run, asked)).result as DependenceResult;
    expect(original.probability).toBeCloseTo(image!.original, 6);
    const same = without.find(({ intervention }) => intervention === image!.chosenBy)!;
    expect(same.probability).toBeCloseTo(image!.without, 6);
    const { heads } = (await measure(model, run, { request: cleann, ...places })).result as CleannResult;
    expect(heads).toHaveLength(run.description.model.languageHeads);

    const units = causeUnits(run.description, { kind: "image", token: 1 });
    const words = causeUnits(run.description, { kind: "text", token: 1 });
    expect([units.length, words.length]).toEqual([image!.units, text!.units]);
    await withProbe(model, run, {
      seed: 0,
      async work(probe) {
        const effects = tokenEffects({ token: 1, score }, { probe, tick: () => undefined });
        const original = await effects.without([]);
        for (const by of ["mean", "others", "knock-out"] as const) {
          const left = await effects.without(positionsOfUnits(units), by);
          expect([by, Number.isFinite(left.score), left.score === original.score]).toEqual([by, true, false]);
        }
        for (const by of ["knock-out", "mean-embedding"] as const) {
          const left = await effects.without(positionsOfUnits(words), by);
          expect([by, Number.isFinite(left.score), left.score === original.score]).toEqual([by, true, false]);
        }
      },
    });
  });

  test("a causal graph is found in the attention of a head", async () => {
    const [graph] = await runGraphs(run, [{ ...defaultCausalSettings, token: 1, layer: 1, head: 0 }], { pool });
    expect(graph!.nodes.every((position) => position < run.description.tokens.length)).toBe(true);
  });
});

describe("weights under the names of other versions", () => {
  /** Renames by the first rule that fits. */
  const renamed = (rules: readonly (readonly [RegExp, string])[]) => (tensors: Map<string, StoredTensor>) => {
    for (const [name, tensor] of [...tensors]) {
      const rule = rules.find(([pattern]) => pattern.test(name));
      if (rule === undefined) continue;
      tensors.delete(name);
      tensors.set(name.replace(rule[0], rule[1]), tensor);
    }
  };
  test.each([
    [
      "llava-next",
      "as transformers 4.52 named them",
      [
        [/^language_model\.lm_head\./, "lm_head."],
        [/^language_model\.model\./, "model.language_model."],
        [/^(?=vision_tower|multi_modal_projector|image_newline)/, "model."],
      ],
    ],
    [
      "llava-onevision",
      "as transformers 4.52 named them",
      [
        [/^language_model\.lm_head\./, "lm_head."],
        [/^language_model\.model\./, "model.language_model."],
        [/^(?=vision_tower|multi_modal_projector|image_newline)/, "model."],
      ],
    ],
    ["llava-onevision", "as they were first published", [[/^vision_tower\./, "vision_tower.vision_model."]]],
    [
      "internvl",
      "as transformers 4.52 named them",
      [
        [/^language_model\.lm_head\./, "lm_head."],
        [/^language_model\.model\./, "model.language_model."],
        [/^(?=vision_tower|multi_modal_projector)/, "model."],
      ],
    ],
    [
      "mistral3",
      "as transformers 4.52 named them",
      [
        [/^language_model\.lm_head\./, "lm_head."],
        [/^language_model\.model\./, "model.language_model."],
        [/^(?=vision_tower|multi_modal_projector)/, "model."],
      ],
    ],
    ["llava-next", "as they were first published", [[/^vision_tower\./, "vision_tower.vision_model."]]],
    [
      "qwen2-vl",
      "as transformers 4.52 named them",
      [
        [/^visual\./, "model.visual."],
        [/^model\./, "model.language_model."],
      ],
    ],
    [
      "qwen2.5-vl",
      "as transformers 4.52 named them",
      [
        [/^visual\./, "model.visual."],
        [/^model\./, "model.language_model."],
      ],
    ],
    ["qwen3-vl", "without a prefix", [[/^model\.visual\./, "visual."]]],
    ...(["paligemma", "gemma3"] as const).map(
      (fixture) =>
        [
          fixture,
          "as transformers 4.52 named them",
          [
            [/^language_model\.model\./, "model.language_model."],
            [/^(?=vision_tower|multi_modal_projector)/, "model."],
          ],
        ] as const,
    ),
    ["gemma3", "as they were first published", [[/^vision_tower\./, "vision_tower.vision_model."]]],
  ] as const)("%s %s", async (fixture, _, rules) => {
    const folder = await changedCheckpoint({ fixture, tensors: renamed(rules) });
    const { ids, warnings } = await answerOf(folder, fixture);
    expect(ids).toEqual((await openParityCase(fixture)).text.generated_ids.slice(0, 4));
    expect(warnings).toEqual([]);
  });

  test("llava with a Gemma of before transformers 5 answers as if its projector gave features times the root of the width", async () => {
    const fixture = "llava-clip-gemma";
    const older = (json: Json) => {
      json.transformers_version = "4.45.0";
    };
    const scaled = (tensors: Map<string, StoredTensor>) => {
      for (const [name, tensor] of tensors) {
        if (!name.includes("linear_2.")) continue;
        tensors.set(name, { ...tensor, values: tensor.values.map((value) => value * Math.sqrt(32)) });
      }
    };
    const answers = await Promise.all(
      [{ json: { "config.json": older } }, { tensors: scaled }, {}].map(async (changes) =>
        answerOf(await changedCheckpoint({ fixture, ...changes }), fixture),
      ),
    );
    expect(answers[0]!.ids).toEqual(answers[1]!.ids);
    expect(answers[0]!.ids).not.toEqual(answers[2]!.ids);
    expect(answers[0]!.warnings).toEqual([expect.stringContaining("saved by a transformers before 5")]);
  });

  test("qwen2-vl without a head uses its embeddings, if its configuration ties them", async () => {
    const fixture = "qwen2-vl";
    const tie = (json: Json) => {
      json.tie_word_embeddings = true;
      (json.text_config as Json).tie_word_embeddings = true;
    };
    const embedding = "model.embed_tokens.weight";
    const tied = await changedCheckpoint({
      fixture,
      json: { "config.json": tie },
      tensors: (tensors) => void tensors.delete("lm_head.weight"),
    });
    const stored = await changedCheckpoint({
      fixture,
      tensors: (tensors) => void tensors.set("lm_head.weight", tensors.get(embedding)!),
    });
    expect((await answerOf(tied, fixture)).ids).toEqual((await answerOf(stored, fixture)).ids);
  });
});

/** Cases whose pictures keep their shape, or whose tokens see those of other pictures another way than their own. */
const pictureFamilies = [
  "llava-next",
  "llava-onevision",
  "internvl",
  "smolvlm",
  "mistral3",
  "qwen2-vl",
  "qwen2.5-vl",
  "qwen3-vl",
  "paligemma",
  "gemma3",
] as const;

describe.each(pictureFamilies)("%s with two pictures of different shape", (name) => {
  test.each(["default", "pad"] as const)("records every method with the fit %s", async (fit) => {
    const parity = await openParityCase(name);
    const model = await loadParityModel(parity);
    const pictures = [join(parity.folder, "input", parity.text.images[0]!.file), demoPicture("arrow-right.png")];
    const question = { ...questionOf("Alike?", pictures, { maxNewTokens: 2, minNewTokens: 2 }), fit };
    const options = { methods, record: "full", gradients, maxMemoryBytes } as const;
    const run = await openRecorded(await explain(model, question, options));
    for (const [tensor, { type }] of run.tensors) {
      const { data } = await run.tensor(tensor);
      if (type === "f32") expect([tensor, (data as Float32Array).every(Number.isFinite)]).toEqual([tensor, true]);
    }
    const places = run.description.images.map((_, image) => imageTokens(run.description, image));
    expect(places.map((tokens) => tokens.filter(({ cell }) => cell !== undefined).length)).toEqual(
      run.description.images.map(({ grids }) => grids.reduce((sum, { rows, cols }) => sum + rows * cols, 0)),
    );
    expect(run.tensors.has(/^(qwen|mistral3)/.test(name) ? "vision.attention.0.1" : "vision.attention.0")).toBe(true);
  });
});
