/** @file Tests of reading config.json: real and sparse files, defaults of each class, and everything that is refused. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LlavaConfig } from "../types.ts";
import {
  clipVisionDefaults,
  llamaDefaults,
  llavaDefaults,
  llavaVisionConfig,
  siglipVisionDefaults,
} from "./defaults.ts";
import { readModelConfig } from "./read.ts";

function read(json: unknown): LlavaConfig {
  return readModelConfig(json, "config.json") as LlavaConfig;
}

function withText(text: Record<string, unknown>): unknown {
  return { model_type: "llava", text_config: text };
}

function withVision(vision: Record<string, unknown>, rest: Record<string, unknown> = {}): unknown {
  return { model_type: "llava", vision_config: vision, ...rest };
}

describe("defaults", () => {
  // Source of each table: the default values of the class's fields in transformers
  // (src/transformers/models/{llama,clip,siglip,llava}/configuration_*.py), the same in 4.45 and 5.23;
  // rope_theta is LlamaConfig's argument in 4.x and `default_theta` in 5.x.
  it("are those of transformers' LlamaConfig", () => {
    expect(llamaDefaults).toEqual({
      vocab_size: 32000,
      hidden_size: 4096,
      intermediate_size: 11008,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      hidden_act: "silu",
      max_position_embeddings: 2048,
      rms_norm_eps: 1e-6,
      rope_theta: 10000,
      tie_word_embeddings: false,
      attention_bias: false,
      mlp_bias: false,
    });
  });

  it("are those of transformers' CLIPVisionConfig and SiglipVisionConfig", () => {
    const common = {
      hidden_size: 768,
      intermediate_size: 3072,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      num_channels: 3,
      image_size: 224,
    };
    expect(clipVisionDefaults).toEqual({ ...common, patch_size: 32, hidden_act: "quick_gelu", layer_norm_eps: 1e-5 });
    expect(siglipVisionDefaults).toEqual({
      ...common,
      patch_size: 16,
      hidden_act: "gelu_pytorch_tanh",
      layer_norm_eps: 1e-6,
    });
  });

  it("are those of transformers' LlavaConfig, its vision tower included", () => {
    expect(llavaDefaults).toEqual({
      image_token_index: 32000,
      projector_hidden_act: "gelu",
      vision_feature_select_strategy: "default",
      vision_feature_layer: -2,
      multimodal_projector_bias: true,
      tie_word_embeddings: false,
    });
    expect(llavaVisionConfig).toEqual({
      model_type: "clip_vision_model",
      hidden_size: 1024,
      intermediate_size: 4096,
      patch_size: 14,
      image_size: 336,
      num_hidden_layers: 24,
      num_attention_heads: 16,
    });
  });
});

describe("readModelConfig", () => {
  it("reads the sparse config.json of the published LLaVA-1.5-7B", () => {
    const published = {
      architectures: ["LlavaForConditionalGeneration"],
      ignore_index: -100,
      image_token_index: 32000,
      model_type: "llava",
      pad_token_id: 32001,
      projector_hidden_act: "gelu",
      text_config: {
        _name_or_path: "lmsys/vicuna-7b-v1.5",
        architectures: ["LlamaForCausalLM"],
        max_position_embeddings: 4096,
        model_type: "llama",
        rms_norm_eps: 1e-5,
        torch_dtype: "float16",
        vocab_size: 32064,
      },
      tie_word_embeddings: false,
      torch_dtype: "float16",
      vision_config: {
        hidden_size: 1024,
        image_size: 336,
        intermediate_size: 4096,
        model_type: "clip_vision_model",
        num_attention_heads: 16,
        num_hidden_layers: 24,
        patch_size: 14,
        projection_dim: 768,
        vocab_size: 32000,
      },
      vision_feature_layer: -2,
      vision_feature_select_strategy: "default",
    };
    expect(read(published)).toEqual({
      architecture: "llava",
      vision: {
        kind: "clip",
        width: 1024,
        layers: 24,
        heads: 16,
        intermediate: 4096,
        imageSize: 336,
        patchSize: 14,
        channels: 3,
        activation: "quick_gelu",
        layerNormEps: 1e-5,
      },
      language: {
        width: 4096,
        layers: 32,
        heads: 32,
        keyValueHeads: 32,
        headWidth: 128,
        intermediate: 11008,
        vocabulary: 32064,
        activation: "silu",
        rmsNormEps: 1e-5,
        rope: { type: "default", theta: 10000 },
        maxPositions: 4096,
        attentionBias: false,
        attentionOutputBias: false,
        mlpBias: false,
        tiedEmbeddings: false,
      },
      projector: { activation: "gelu", bias: true },
      visionFeatureLayer: -2,
      visionFeatureSelect: "default",
      imageTokenId: 32000,
    });
  });

  it("fills in everything where config.json gives only the type", () => {
    const config = read({ model_type: "llava" });
    expect(config.vision).toMatchObject({ kind: "clip", width: 1024, layers: 24, imageSize: 336, patchSize: 14 });
    expect(config.language).toMatchObject({ width: 4096, layers: 32, vocabulary: 32000, maxPositions: 2048 });
    expect(config.imageTokenId).toBe(32000);
    expect(read({ architectures: ["LlavaForConditionalGeneration"] })).toEqual(config);
  });

  it("reads the same model from the sparse f16 fixture as from a full one of its shape", () => {
    const fixture = (name: string) =>
      read(JSON.parse(readFileSync(`test/fixtures/llava-clip-llama-${name}/checkpoint/config.json`, "utf8")));
    const sparse = fixture("f16");
    expect({ ...sparse, language: { ...sparse.language, layers: 2 } }).toEqual(fixture("f32"));
  });

  it("reads a SigLIP tower over a Llama 3 with grouped heads", () => {
    const path = "test/fixtures/llava-siglip-llama3-gqa/checkpoint/config.json";
    expect(read(JSON.parse(readFileSync(path, "utf8")))).toMatchObject({
      vision: { kind: "siglip", activation: "gelu_pytorch_tanh", layerNormEps: 1e-6 },
      language: {
        heads: 4,
        keyValueHeads: 2,
        tiedEmbeddings: true,
        rope: {
          type: "llama3",
          theta: 500000,
          factor: 8,
          lowFreqFactor: 1,
          highFreqFactor: 4,
          originalMaxPositions: 32,
        },
      },
      visionFeatureLayer: -1,
      visionFeatureSelect: "full",
    });
  });

  it("takes the defaults of the class that vision_config names", () => {
    const siglip = withVision({ model_type: "siglip_vision_model" }, { vision_feature_select_strategy: "full" });
    expect(read(siglip).vision).toMatchObject({ patchSize: 16, activation: "gelu_pytorch_tanh", layerNormEps: 1e-6 });
    expect(read(withVision({})).vision).toMatchObject({ kind: "clip", width: 768, patchSize: 32, layers: 12 });
  });

  it("finds tied embeddings in either place", () => {
    const tied = (top: boolean, text: boolean) =>
      read({ model_type: "llava", tie_word_embeddings: top, text_config: { tie_word_embeddings: text } }).language
        .tiedEmbeddings;
    expect([tied(false, false), tied(true, false), tied(false, true), tied(true, true)]).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(read(withText({ tie_word_embeddings: true })).language.tiedEmbeddings).toBe(true);
  });

  it("reads the image token under either name", () => {
    expect(read({ model_type: "llava", image_token_id: 7 }).imageTokenId).toBe(7);
    expect(read({ model_type: "llava", image_token_index: 8 }).imageTokenId).toBe(8);
  });

  it("takes nulls for the width of a head and the key-value heads as their defaults", () => {
    const nulls = { head_dim: null, num_key_value_heads: null, rope_scaling: null, rope_parameters: null };
    expect(read(withText(nulls)).language).toMatchObject({ headWidth: 128, keyValueHeads: 32 });
  });

  it("accepts a width of heads that is not the model's width divided by them", () => {
    const wide = { hidden_size: 48, num_attention_heads: 5, head_dim: 16, num_key_value_heads: 1 };
    expect(read(withText(wide)).language).toMatchObject({ width: 48, heads: 5, headWidth: 16, keyValueHeads: 1 });
  });

  it.each([
    ["gelu_new", "gelu_pytorch_tanh"],
    ["swish", "silu"],
    ["relu", "relu"],
    ["quick_gelu", "quick_gelu"],
  ])("reads the activation %s as %s", (name, activation) => {
    expect(read(withText({ hidden_act: name })).language.activation).toBe(activation);
    expect(read(withVision({ hidden_act: name })).vision.activation).toBe(activation);
    expect(read({ model_type: "llava", projector_hidden_act: name }).projector.activation).toBe(activation);
  });

  it.each([
    [
      "an unknown model",
      { model_type: "blip-2" },
      'model_type is "blip-2" with architectures []; supported are llava (LlavaForConditionalGeneration)',
    ],
    ["no model type at all", {}, "model_type is nothing"],
    [
      "the original LLaVA code's checkpoints",
      { model_type: "llava", architectures: ["LlavaLlamaForCausalLM"] },
      "LlavaLlamaForCausalLM",
    ],
    ["a list", [], "the file is [], expected an object"],
    [
      "quantized weights",
      { model_type: "llava", quantization_config: { quant_method: "awq" } },
      'quantization_config is "awq"; quantized weights are not supported',
    ],
    [
      "another language model",
      withText({ model_type: "mamba" }),
      'text_config.model_type is "mamba"; supported are llama, mistral, qwen2',
    ],
    [
      "a language model named like an object's method",
      withText({ model_type: "toString" }),
      'text_config.model_type is "toString"',
    ],
    [
      "another vision tower",
      withVision({ model_type: "dinov2" }),
      'vision_config.model_type is "dinov2"; supported are clip_vision_model, siglip_vision_model',
    ],
    [
      "several feature layers",
      { model_type: "llava", vision_feature_layer: [-2, -5] },
      "vision_feature_layer is [-2,-5], expected one whole number; a list of several layers is not supported",
    ],
    [
      "a window of attention",
      withText({ sliding_window: 512 }),
      "text_config.sliding_window is 512, less than max_position_embeddings, 2048",
    ],
    ["chunks of attention", withText({ attention_chunk_size: 512 }), "text_config.attention_chunk_size is 512"],
    [
      "layers of another kind",
      withText({ layer_types: ["full_attention", "sliding_attention"] }),
      'text_config.layer_types has "sliding_attention"; supported is full_attention',
    ],
    [
      "quantized parts",
      withText({ quantization_config: { quant_method: "awq" } }),
      'text_config.quantization_config is "awq"; quantized weights are not supported',
    ],
    [
      "pictures that are no squares",
      withVision({ image_size: [224, 336] }),
      "vision_config.image_size is [224,336], expected the same number twice",
    ],
    [
      "a feature layer that the tower lacks",
      withVision({}, { vision_feature_layer: -14 }),
      "vision_feature_layer is -14, but a tower of 12 layers has the hidden states -13 to 12",
    ],
    ["a feature layer past the last", withVision({}, { vision_feature_layer: 13 }), "vision_feature_layer is 13"],
    ["dropping a class token that SigLIP lacks", withVision({ model_type: "siglip_vision_model" }), 'expected "full"'],
    [
      "an unknown selection",
      { model_type: "llava", vision_feature_select_strategy: "cls" },
      'vision_feature_select_strategy is "cls", expected default or full',
    ],
    [
      "an unknown activation",
      withText({ hidden_act: "xielu" }),
      'text_config.hidden_act is "xielu", expected one of gelu',
    ],
    [
      "too many layers",
      withText({ num_hidden_layers: 1001 }),
      "text_config.num_hidden_layers is 1001, expected a whole number from 1 to 1000",
    ],
    ["no layers", withVision({ num_hidden_layers: 0 }), "vision_config.num_hidden_layers is 0"],
    ["an absurd width", withText({ hidden_size: 1e300 }), "text_config.hidden_size is 1e+300"],
    ["a fractional width", withText({ hidden_size: 4096.5 }), "text_config.hidden_size is 4096.5"],
    ["a width as a text", withText({ hidden_size: "4096" }), 'text_config.hidden_size is "4096"'],
    [
      "heads that do not divide the width",
      withText({ num_attention_heads: 24 }),
      "text_config.hidden_size is 4096, but it must be a multiple of num_attention_heads, 24",
    ],
    [
      "vision heads that do not divide the width",
      withVision({ num_attention_heads: 7 }),
      "vision_config.hidden_size is 768",
    ],
    [
      "key-value heads that do not divide the heads",
      withText({ num_key_value_heads: 5 }),
      "text_config.num_attention_heads is 32, but it must be a multiple of num_key_value_heads, 5",
    ],
    ["an odd width of heads", withText({ head_dim: 7 }), "text_config.head_dim is 7"],
    ["a patch larger than the picture", withVision({ patch_size: 448 }), "vision_config.patch_size is 448"],
    ["pictures of four channels", withVision({ num_channels: 4 }), "vision_config.num_channels is 4, expected 3"],
    ["an epsilon of zero", withText({ rms_norm_eps: 0 }), "text_config.rms_norm_eps is 0"],
    [
      "a flag as a number",
      { model_type: "llava", tie_word_embeddings: 1 },
      "tie_word_embeddings is 1, expected true or false",
    ],
    ["a negative image token", { model_type: "llava", image_token_index: -200 }, "image_token_index is -200"],
  ])("refuses %s", (_, json, message) => {
    expect(() => read(json)).toThrow(message);
    expect(() => read(json)).toThrow(/^config\.json: /);
  });
});
