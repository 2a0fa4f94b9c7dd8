/** @file Tests of reading the config.json of Idefics3, SmolVLM, Pixtral and Mistral 3: published files, sparse files, and what is refused. */
import { describe, expect, it, test } from "vitest";
import type { Idefics3Config, PixtralConfig } from "../types.ts";
import { readModelConfig } from "./read.ts";

function readWithWarnings(json: object): { config: unknown; warnings: string[] } {
  const warnings: string[] = [];
  return { config: readModelConfig(json, "config.json", (sentence) => void warnings.push(sentence)), warnings };
}

describe("Idefics3 and SmolVLM", () => {
  const read = (json: object) => readWithWarnings(json).config as Idefics3Config;

  test.each([
    ["idefics3", "Idefics3ForConditionalGeneration"],
    ["smolvlm", "SmolVLMForConditionalGeneration"],
  ])("of the type %s have the defaults of their classes, a text model of its own if there is none", (type, name) => {
    const config = read({ model_type: type, architectures: [name] });
    expect(config).toMatchObject({ architecture: "idefics3", scaleFactor: 2, imageTokenId: 128257 });
    expect(config.vision).toMatchObject({ width: 1152, intermediate: 3072, layers: 12, heads: 16 });
    expect(config.vision).toMatchObject({ imageSize: 224, patchSize: 32, activation: "gelu_pytorch_tanh" });
    expect(config.language).toMatchObject({ width: 4096, rmsNormEps: 1e-5, tiedEmbeddings: false });
    expect(read({ model_type: type, text_config: {} }).language.rmsNormEps).toBe(1e-6);
  });

  it("are read of a published SmolVLM, whose tower leaves out depth and names another type", () => {
    const { config, warnings } = readWithWarnings({
      architectures: ["SmolVLMForConditionalGeneration"],
      image_token_id: 49190,
      model_type: "smolvlm",
      pad_token_id: 128002,
      scale_factor: 4,
      text_config: {
        ...{ architectures: ["VLlama3ForCausalLM"], head_dim: 64, hidden_size: 960, intermediate_size: 2560 },
        ...{ max_position_embeddings: 8192, model_type: "llama", num_attention_heads: 15, num_hidden_layers: 32 },
        ...{ num_key_value_heads: 5, pad_token_id: 2, rms_norm_eps: 1e-5, rope_theta: 100000, vocab_size: 49280 },
      },
      tie_word_embeddings: false,
      use_cache: false,
      use_reentrant_checkpointing: false,
      vision_config: {
        ...{ hidden_size: 768, image_size: 512, max_image_size: { longest_edge: 512 }, num_attention_heads: 12 },
        ...{ model_type: "siglip_vision_model", patch_size: 16, size: { longest_edge: 2048 } },
        ...{ tie_word_embeddings: false, use_base_siglip: false },
      },
      vocab_size: 49280,
    });
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      ...{ scaleFactor: 4, imageTokenId: 49190 },
      vision: { kind: "siglip", width: 768, layers: 12, intermediate: 3072, heads: 12, imageSize: 512, patchSize: 16 },
      language: { heads: 15, keyValueHeads: 5, headWidth: 64, rope: { type: "default", theta: 100000 } },
    });
  });
});

describe("Pixtral", () => {
  const read = (json: object) => readWithWarnings(json).config as PixtralConfig;
  /** The fields of the published pixtral-12b. */
  const published = {
    ...{ architectures: ["LlavaForConditionalGeneration"], model_type: "llava", image_seq_length: 1 },
    ...{ image_token_index: 10, projector_hidden_act: "gelu", ignore_index: -100 },
    ...{ vision_feature_layer: -1, vision_feature_select_strategy: "full" },
    text_config: {
      ...{ head_dim: 128, hidden_act: "silu", hidden_size: 5120, intermediate_size: 14336 },
      ...{ max_position_embeddings: 1024000, model_type: "mistral", num_attention_heads: 32, num_hidden_layers: 40 },
      ...{ num_key_value_heads: 8, rms_norm_eps: 1e-5, rope_theta: 1e9, sliding_window: null, vocab_size: 131072 },
    },
    vision_config: {
      ...{ head_dim: 64, hidden_size: 1024, image_size: 1024, intermediate_size: 4096, model_type: "pixtral" },
      ...{ num_attention_heads: 16, num_hidden_layers: 24, patch_size: 16, rope_theta: 10000 },
    },
  };

  it("is read of a LLaVA configuration with its tower, the activation from the file", () => {
    const { config, warnings } = readWithWarnings(published);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      ...{ architecture: "pixtral", merger: null, visionFeatureLayer: -1, imageTokenId: 10 },
      projector: { activation: "gelu", bias: true },
      vision: { kind: "pixtral", activation: "gelu", patchSize: 16, ropeTheta: 10000, rmsNormEps: 1e-5 },
      language: { heads: 32, headWidth: 128, keyValueHeads: 8 },
    });
    const vision = { ...published.vision_config, hidden_act: "silu", rope_parameters: { rope_theta: 500 } };
    expect(read({ ...published, vision_config: vision }).vision).toMatchObject({ activation: "silu", ropeTheta: 500 });
  });

  test.each([
    [{ vision_feature_select_strategy: "default" }, 'vision_feature_select_strategy is "default"'],
    [{ vision_feature_layer: -26 }, "a tower of 24 layers has the hidden states -25 to 24"],
    [{ vision_feature_layer: [-2, -1] }, "a list of several layers is not supported"],
    [{ vision_config: { ...published.vision_config, head_dim: 32 } }, "vision_config.head_dim is 32"],
  ])("refuses %j", (change, message) => {
    expect(() => read({ ...published, ...change })).toThrow(message);
  });

  it("of Mistral 3 has a merger, and the defaults of its class if sections are left out", () => {
    const config = read({ model_type: "mistral3", architectures: ["Mistral3ForConditionalGeneration"] });
    expect(config).toMatchObject({
      ...{ imageTokenId: 10, visionFeatureLayer: -1, merger: { size: 2, rmsNormEps: 1e-5 } },
      projector: { activation: "gelu", bias: false },
      vision: { patchSize: 14, width: 1024, activation: "gelu" },
      language: { width: 5120, headWidth: 128, intermediate: 32768, tiedEmbeddings: true },
    });
  });
});
