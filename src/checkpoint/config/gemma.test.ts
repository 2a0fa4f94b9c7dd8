/** @file Tests of reading the config.json of models over Gemma, and of LLaVA with language models other than Llama. */
import { describe, expect, it } from "vitest";
import type { Gemma3Config, LlavaConfig, PaliGemmaConfig } from "../types.ts";
import { readModelConfig } from "./read.ts";

function readWithWarnings(json: unknown): { config: unknown; warnings: string[] } {
  const warnings: string[] = [];
  return { config: readModelConfig(json, "config.json", (sentence) => void warnings.push(sentence)), warnings };
}

const siglip = {
  hidden_size: 1152,
  intermediate_size: 4304,
  model_type: "siglip_vision_model",
  num_attention_heads: 16,
  num_hidden_layers: 27,
  patch_size: 14,
  vision_use_head: false,
};

describe("PaliGemma", () => {
  /** Fields of the published files, which leave out the size of the picture, the width of a head and what a Gemma has by default. */
  const published = {
    architectures: ["PaliGemmaForConditionalGeneration"],
    hidden_size: 2048,
    ignore_index: -100,
    image_token_index: 257152,
    model_type: "paligemma",
    projection_dim: 2048,
    text_config: {
      hidden_size: 2048,
      intermediate_size: 16384,
      model_type: "gemma",
      num_attention_heads: 8,
      num_hidden_layers: 18,
      num_image_tokens: 256,
      num_key_value_heads: 1,
      vocab_size: 257216,
    },
    vision_config: { ...siglip, num_image_tokens: 256, projection_dim: 2048, projector_hidden_act: "gelu_fast" },
    vocab_size: 257216,
  };

  it("is read from a sparse file without a warning", () => {
    const { config, warnings } = readWithWarnings(published);
    expect(warnings).toEqual([]);
    const { language, vision, imageTokenId } = config as PaliGemmaConfig;
    expect(imageTokenId).toBe(257152);
    expect(vision).toMatchObject({ kind: "siglip", imageSize: 224, patchSize: 14, layers: 27 });
    expect(language).toEqual({
      ...{ width: 2048, layers: 18, heads: 8, keyValueHeads: 1, headWidth: 256, intermediate: 16384 },
      ...{ vocabulary: 257216, activation: "gelu_pytorch_tanh", rmsNormEps: 1e-6, maxPositions: 8192 },
      rope: { type: "default", theta: 10000 },
      ...{ attentionBias: false, attentionOutputBias: false, mlpBias: false, tiedEmbeddings: true },
      ...{ normOffset: 1, embeddingScale: Math.fround(Math.sqrt(2048)), firstPosition: 1, visibility: "prefix" },
    });
  });

  it("takes the older name of the approximate GELU for it, and no other language model than a Gemma or Gemma 2", () => {
    const withText = (change: object) => ({ ...published, text_config: { ...published.text_config, ...change } });
    const older = readWithWarnings(withText({ hidden_act: "gelu" })).config as PaliGemmaConfig;
    expect(older.language.activation).toBe("gelu_pytorch_tanh");
    expect(() => readWithWarnings(withText({ model_type: "llama" }))).toThrow(
      'text_config.model_type is "llama"; supported are gemma, gemma2',
    );
    expect(() => readWithWarnings({ ...published, projection_dim: 1024 })).toThrow(
      "projection_dim is 1024, but it must be text_config.hidden_size, 2048",
    );
  });

  it("has the norms, softcaps and windows of a Gemma 2, if that is its language model", () => {
    const text = { model_type: "gemma2", hidden_size: 2304, num_hidden_layers: 4, max_position_embeddings: 8192 };
    const { config } = readWithWarnings({ ...published, projection_dim: 2304, text_config: text });
    expect((config as PaliGemmaConfig).language).toMatchObject({
      ...{ postNorms: true, attentionScale: 1 / 16, attentionSoftcap: 50, logitSoftcap: 30 },
      window: { size: 4096, layers: [0, 2] },
    });
  });
});

describe("Gemma 3", () => {
  const published = {
    architectures: ["Gemma3ForConditionalGeneration"],
    boi_token_index: 255999,
    eoi_token_index: 256000,
    image_token_index: 262144,
    mm_tokens_per_image: 256,
    model_type: "gemma3",
    text_config: {
      hidden_size: 2560,
      intermediate_size: 10240,
      model_type: "gemma3_text",
      num_hidden_layers: 34,
      rope_scaling: { factor: 8, rope_type: "linear" },
      sliding_window: 1024,
    },
    vision_config: { ...siglip, image_size: 896 },
  };

  it("is read from six fields of the text model: every sixth layer sees everything, with a rotary embedding of its own", () => {
    const { config, warnings } = readWithWarnings(published);
    expect(warnings).toEqual([]);
    const { language, poolSize } = config as Gemma3Config;
    expect(poolSize).toBe(4);
    expect(language).toMatchObject({
      ...{ heads: 8, keyValueHeads: 4, headWidth: 256, vocabulary: 262208, maxPositions: 131072, tiedEmbeddings: true },
      ...{ queryKeyNorm: true, postNorms: true, normOffset: 1, attentionScale: 1 / 16, visibility: "pictures" },
      rope: { type: "linear", theta: 1e6, factor: 8 },
    });
    expect(language.window).toMatchObject({ size: 1024, rope: { type: "default", theta: 10000 } });
    expect([5, 11, 17, 23, 29].filter((layer) => language.window!.layers.includes(layer))).toEqual([]);
    expect(language.window!.layers).toHaveLength(29);
    expect([language.attentionSoftcap, language.logitSoftcap]).toEqual([undefined, undefined]);
  });

  it("is read the same with every field written out, as MedGemma has them, and in the newer spelling", () => {
    const types = Array.from({ length: 34 }, (_, layer) => (layer % 6 === 5 ? "full_attention" : "sliding_attention"));
    const { rope_scaling: scaling, ...text } = published.text_config;
    const written = { ...text, layer_types: types, query_pre_attn_scalar: 256, head_dim: 256, vocab_size: 262208 };
    const older = { ...written, rope_theta: 1000000, rope_local_base_freq: 10000, rope_scaling: scaling };
    const newer = {
      ...written,
      rope_parameters: {
        full_attention: { ...scaling, rope_theta: 1000000 },
        sliding_attention: { rope_type: "default", rope_theta: 10000 },
      },
    };
    const sparse = readWithWarnings(published);
    expect(readWithWarnings({ ...published, text_config: older })).toEqual(sparse);
    expect(readWithWarnings({ ...published, text_config: newer })).toEqual(sparse);
    const scalar = { ...older, query_pre_attn_scalar: 168 };
    const { config } = readWithWarnings({ ...published, text_config: scalar });
    expect((config as Gemma3Config).language.attentionScale).toBeCloseTo(168 ** -0.5, 15);
  });

  it("refuses text that attends in both directions, and more image tokens than patches", () => {
    const both = { ...published.text_config, use_bidirectional_attention: true };
    expect(() => readWithWarnings({ ...published, text_config: both })).toThrow("use_bidirectional_attention is true");
    expect(() => readWithWarnings({ ...published, mm_tokens_per_image: 4300 })).toThrow(
      "mm_tokens_per_image is 4300, but the tower has only 64 x 64 patches",
    );
  });
});

describe("LLaVA over other language models", () => {
  const read = (json: unknown) => readWithWarnings(json).config as LlavaConfig;
  const clip = {
    ...siglip,
    vision_use_head: null,
    model_type: "clip_vision_model",
    hidden_size: 1024,
    num_hidden_layers: 24,
    image_size: 336,
  };

  it("scales the image features of a Gemma that was saved before transformers 5, as Intel's llava-gemma", () => {
    const text = { model_type: "gemma", hidden_size: 2048, num_attention_heads: 8, num_key_value_heads: 1 };
    const intel = { model_type: "llava", text_config: text, vision_config: clip, torch_dtype: "float32" };
    const scale = Math.fround(Math.sqrt(2048));
    const { config, warnings } = readWithWarnings(intel);
    expect((config as LlavaConfig).projector.scale).toBe(scale);
    expect(warnings).toEqual([expect.stringContaining("image features were multiplied by the scale of a Gemma's")]);
    const saved = (version: string) => read({ ...intel, transformers_version: version }).projector.scale;
    expect([saved("4.39.0"), saved("5.23.0")]).toEqual([scale, undefined]);
    expect(read({ ...intel, text_config: { model_type: "llama" } }).projector.scale).toBeUndefined();
  });

  it("has the window of bakLlava's Mistral, and takes the logits of a Gemma 2 as its head gives them", () => {
    const text = { model_type: "mistral", vocab_size: 32064, max_position_embeddings: 32768, num_hidden_layers: 32 };
    const bak = read({ model_type: "llava", text_config: text, vision_config: clip });
    expect(bak.language.window).toMatchObject({ size: 4096, layers: { length: 32 } });
    expect(read({ model_type: "llava", text_config: { model_type: "gemma2" } }).language.logitSoftcap).toBeUndefined();
  });

  it("reads LLaVA-Interleave: Qwen2 with biases, SigLIP, every one of 729 patches", () => {
    const interleave = {
      model_type: "llava",
      image_token_index: 151646,
      text_config: {
        ...{
          model_type: "qwen2",
          hidden_size: 1024,
          intermediate_size: 2816,
          num_hidden_layers: 24,
          vocab_size: 152000,
        },
        ...{ num_attention_heads: 16, num_key_value_heads: 16, rope_theta: 1000000 },
      },
      vision_config: { ...siglip, num_hidden_layers: 26, image_size: 384 },
      vision_feature_layer: -1,
      vision_feature_select_strategy: "full",
    };
    const { config, warnings } = readWithWarnings(interleave);
    const { language, vision, visionFeatureSelect } = config as LlavaConfig;
    expect(warnings).toEqual([]);
    expect(language).toMatchObject({
      attentionBias: true,
      attentionOutputBias: false,
      headWidth: 64,
      maxPositions: 32768,
    });
    expect(language.window).toBeUndefined();
    expect([Math.floor(vision.imageSize / vision.patchSize) ** 2, visionFeatureSelect]).toEqual([729, "full"]);
  });
});
