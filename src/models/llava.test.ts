/** @file Tests of LLaVA on random weights of many sizes: its sites, its features, and the cached against the traced form. */
import { describe, expect, test } from "vitest";
import { loadRandomModel, writeRandomCheckpoint, type RandomOverrides } from "../../test/support/random-checkpoint.ts";
import { argmax, randomEmbedded, randomPixels, tracedLogits } from "../../test/support/random-question.ts";
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Activation, LlavaConfig } from "../checkpoint/types.ts";
import { embedPrompt } from "../engine/embed.ts";
import { generate } from "../engine/generate.ts";
import { defaultSampling } from "../run/question-limits.ts";
import type { Captures, Tap } from "../engine/taps.ts";
import { traceLanguage } from "../engine/trace.ts";
import { encodeImage } from "../engine/vision.ts";
import { defineModel } from "./registry.ts";

const variants: Readonly<Record<string, RandomOverrides>> = {
  "the plain sizes": {},
  "head width 12, 6 heads on 3 key-value heads, 3 layers": {
    text: { head_dim: 12, num_attention_heads: 6, num_key_value_heads: 3, num_hidden_layers: 3 },
  },
  "heads wider than the model, with biases": {
    text: {
      hidden_size: 20,
      head_dim: 16,
      num_attention_heads: 5,
      num_key_value_heads: 1,
      attention_bias: true,
      mlp_bias: true,
    },
  },
  "one layer of one narrow head": {
    text: { num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1, head_dim: 2 },
    vision: { num_hidden_layers: 1, num_attention_heads: 1 },
  },
  "SigLIP and llama3 rotary with tied embeddings": {
    tower: "siglip",
    text: {
      tie_word_embeddings: true,
      rope_parameters: {
        rope_type: "llama3",
        rope_theta: 5000,
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 16,
      },
    },
    vision: { hidden_act: "gelu_pytorch_tanh" },
    vision_feature_layer: -1,
  },
  "a picture that is no multiple of the patch, ReLU, no projector bias": {
    vision: { image_size: 23, patch_size: 6, hidden_act: "relu" },
    multimodal_projector_bias: false,
    projector_hidden_act: "relu",
    text: { hidden_act: "gelu_pytorch_tanh", rope_parameters: { rope_type: "linear", rope_theta: 10000, factor: 2 } },
  },
};

describe.each(Object.entries(variants))("LLaVA, %s", (_, overrides) => {
  test("generates with the cache what repeated traces of the whole sequence give", async () => {
    const model = await loadRandomModel(overrides);
    const { ids, embedded, encoded } = await randomEmbedded(model);
    const answer = await generate(model, embedded, { sampling: defaultSampling, maxNewTokens: 4, stopTokenIds: [] });
    const soFar = [...ids];
    for (const id of answer.ids) {
      const logits = await tracedLogits(model, await embedPrompt(model, soFar, [encoded]));
      // The cached form must take the traced form's best token, or one within rounding of it.
      expect(logits[argmax(logits)]! - logits[id]!).toBeLessThan(1e-4);
      soFar.push(id);
    }
  });

  test("has every site, of the shapes that they promise", async () => {
    const model = await loadRandomModel(overrides);
    const { vision, language } = model.definition;
    const [input] = vision.plan(vision.smallest).inputs;
    const { tokens, rowTokens } = input!;
    const visionTaps = Array.from({ length: vision.config.layers }, (_, layer): [Tap, number[]][] => [
      [{ site: `vision.layers.${layer}.attention.probs` }, [vision.config.heads, tokens, tokens]],
      [{ site: `vision.layers.${layer}.residual` }, [tokens, vision.config.width]],
    ]).flat();
    const patches = rowTokens.length;
    visionTaps.push([{ site: "vision.features" }, [patches, vision.config.width]]);
    visionTaps.push([{ site: "projector.output" }, [patches, language.config.width]]);
    const encoded = await encodeImage(model, randomPixels(model), { taps: visionTaps.map(([tap]) => tap) });
    const [captured] = encoded.captures;
    expectShapes(captured!, visionTaps);
    expect(encoded.features.data).toEqual(captured!.get(visionTaps.at(-1)![0])!.data);

    const { embedded, ids } = await randomEmbedded(model);
    const rows = ids.length;
    const { heads, width, vocabulary, layers } = language.config;
    const languageTaps = Array.from({ length: layers }, (_, layer): [Tap, number[]][] => [
      [{ site: `language.layers.${layer}.attention.probs` }, [heads, rows, rows]],
      [{ site: `language.layers.${layer}.residual` }, [rows, width]],
    ]).flat();
    languageTaps.push([{ site: "language.embedding" }, [rows, width]], [{ site: "logits" }, [rows, vocabulary]]);
    const captures = await traceLanguage(model, embedded, { taps: languageTaps.map(([tap]) => tap) });
    expectShapes(captures, languageTaps);
    for (const [{ site }] of languageTaps) {
      if (site.endsWith("probs")) expectCausal(captures, languageTaps.find(([tap]) => tap.site === site)![0]);
    }
  });
});

function expectShapes(captures: Captures, taps: readonly [Tap, number[]][]): void {
  for (const [tap, dims] of taps) {
    expect([tap.site, captures.get(tap)!.dims]).toEqual([tap.site, dims]);
    expect(captures.get(tap)!.data.every(Number.isFinite)).toBe(true);
  }
}

/** Rows of probabilities sum to 1, and nothing is seen after the query. */
function expectCausal(captures: Captures, tap: Tap): void {
  const { dims, data } = captures.get(tap)!;
  const [heads, rows] = dims as [number, number];
  const sums: number[] = [];
  let after = 0;
  for (let start = 0; start < data.length; start += rows) {
    const row = data.subarray(start, start + rows);
    sums.push(row.reduce((sum, x) => sum + x, 0));
    const query = (start / rows) % rows;
    after += row.subarray(query + 1).reduce((sum, x) => sum + x, 0);
  }
  expect(sums).toBeCloseToArray(new Array(heads * rows).fill(1), 1e-5);
  expect(after).toBe(0);
}

describe("LLaVA's features", () => {
  test.each([
    [-1, 3],
    [-2, 2],
    [-4, 0],
    [0, 0],
    [2, 2],
    [3, 3],
  ])("feature layer %i is hidden state %i, without the class token", async (vision_feature_layer, state) => {
    const model = await loadRandomModel({ vision_feature_layer });
    expect(model.definition.vision.featureLayer).toBe(state);
    const features: Tap = { site: "vision.features" };
    const taps = state === 0 ? [features] : [features, { site: `vision.layers.${state - 1}.residual` }];
    const {
      captures: [captures],
    } = await encodeImage(model, randomPixels(model), { taps });
    const { width } = model.definition.vision.config;
    if (state > 0) expect(captures!.get(features)!.data).toEqual(captures!.get(taps[1]!)!.data.slice(width));
    expect(captures!.get(features)!.dims).toEqual([16, width]);
  });

  test("are the same whichever other layers are recorded", async () => {
    const model = await loadRandomModel({ vision_feature_layer: 1 });
    const pixels = randomPixels(model);
    const alone = await encodeImage(model, pixels);
    const beside = await encodeImage(model, pixels, { taps: [{ site: "vision.layers.2.residual" }] });
    expect(beside.features.data).toEqual(alone.features.data);
  });

  test("a selection that does not give one image token per patch is refused", async () => {
    const { config } = await openCheckpoint((await writeRandomCheckpoint()).folder);
    expect(() => defineModel({ ...(config as LlavaConfig), visionFeatureSelect: "full" })).toThrow(
      'vision_feature_select_strategy is "full", but a clip tower needs "default"',
    );
  });
});

describe("LLaVA's weights", () => {
  test("tied embeddings equal an output head with the same numbers", async () => {
    const { tensors } = await writeRandomCheckpoint();
    const table = tensors.get("language_model.model.embed_tokens.weight")!.values;
    const untied = await loadRandomModel({
      adjust: (name, values) => {
        if (name === "language_model.lm_head.weight") values.set(table);
      },
    });
    const tied = await loadRandomModel({ text: { tie_word_embeddings: true } });
    const [first, second] = await Promise.all(
      [untied, tied].map(async (model) => tracedLogits(model, (await randomEmbedded(model)).embedded)),
    );
    expect(second).toEqual(first);
  });

  test("every activation gives another answer", async () => {
    const names: Activation[] = ["quick_gelu", "gelu", "gelu_pytorch_tanh", "silu", "relu"];
    const answers = await Promise.all(
      names.map(async (name) => {
        const model = await loadRandomModel({ vision: { hidden_act: name }, text: { hidden_act: name } });
        return (await tracedLogits(model, (await randomEmbedded(model)).embedded)).join();
      }),
    );
    expect(new Set(answers).size).toBe(names.length);
  });
});
