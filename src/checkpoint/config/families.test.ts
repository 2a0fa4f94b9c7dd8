/** @file Tests of reading the config.json of LLaVA-NeXT, Mistral and Qwen2-VL: published files, sparse files, and what is refused. */
import { describe, expect, it } from "vitest";
import { mistralDefaults, qwen2VlDefaults, qwen2VlTextDefaults, qwen2VlVisionDefaults } from "./defaults.ts";
import { readModelConfig } from "./read.ts";
import type { LlavaNextConfig, Qwen2VlConfig } from "../types.ts";

function readWithWarnings(json: unknown): { config: unknown; warnings: string[] } {
  const warnings: string[] = [];
  return { config: readModelConfig(json, "config.json", (sentence) => void warnings.push(sentence)), warnings };
}

const readNext = (json: unknown) => readWithWarnings(json).config as LlavaNextConfig;
const readQwen = (json: unknown) => readWithWarnings(json).config as Qwen2VlConfig;

describe("defaults", () => {
  // Source: the fields of the configuration classes in transformers 5.24.0 (models/{mistral,qwen2_vl}/configuration_*.py); the epsilon
  // of the tower's norms is written in modeling_qwen2_vl.py.
  it("are those of transformers' MistralConfig and Qwen2VLConfig", () => {
    expect(mistralDefaults).toMatchObject({ intermediate_size: 14336, num_key_value_heads: 8, sliding_window: 4096 });
    expect(mistralDefaults.max_position_embeddings).toBe(4096 * 32);
    expect(qwen2VlTextDefaults).toMatchObject({ vocab_size: 152064, hidden_size: 8192, rms_norm_eps: 1e-5 });
    expect(qwen2VlTextDefaults.rope_theta).toBe(1e6);
    expect(qwen2VlVisionDefaults).toMatchObject({ depth: 32, embed_dim: 1280, hidden_size: 3584, mlp_ratio: 4 });
    expect(qwen2VlDefaults.image_token_id).toBe(151655);
  });
});

describe("LLaVA-NeXT", () => {
  /** The fields of the published llava-v1.6-mistral-7b. */
  const published = {
    architectures: ["LlavaNextForConditionalGeneration"],
    image_grid_pinpoints: [
      [336, 672],
      [672, 336],
    ],
    image_token_index: 32000,
    model_type: "llava_next",
    text_config: {
      intermediate_size: 14336,
      max_position_embeddings: 32768,
      model_type: "mistral",
      num_key_value_heads: 8,
      rms_norm_eps: 1e-5,
      rope_theta: 1000000,
      sliding_window: null,
      vocab_size: 32064,
    },
    use_image_newline_parameter: true,
    vision_config: {
      hidden_size: 1024,
      image_size: 336,
      intermediate_size: 4096,
      num_attention_heads: 16,
      num_hidden_layers: 24,
      patch_size: 14,
    },
    vision_feature_layer: -2,
    vision_feature_select_strategy: "default",
  };

  it("is read from a published file, its Mistral included, without a warning", () => {
    const { config, warnings } = readWithWarnings(published);
    expect(config).toMatchObject({
      architecture: "llava-next",
      vision: { kind: "clip", width: 1024, imageSize: 336, patchSize: 14, activation: "quick_gelu" },
      language: {
        width: 4096,
        layers: 32,
        heads: 32,
        keyValueHeads: 8,
        headWidth: 128,
        rope: { type: "default", theta: 1000000 },
        maxPositions: 32768,
        attentionBias: false,
        attentionOutputBias: false,
        mlpBias: false,
      },
      visionFeatureLayer: -2,
      imageTokenId: 32000,
    });
    expect(warnings).toEqual([]);
  });

  it("is everything by default where config.json gives only the type", () => {
    expect(readNext({ model_type: "llava_next" })).toEqual({
      ...readModelConfig({ model_type: "llava" }, "config.json"),
      architecture: "llava-next",
    });
  });

  it("has its Mistral's window in every layer, if that is shorter than its positions", () => {
    const text = { model_type: "mistral", max_position_embeddings: 8192, num_hidden_layers: 2 };
    const { config, warnings } = readWithWarnings({ model_type: "llava_next", text_config: text });
    expect((config as LlavaNextConfig).language).toMatchObject({
      maxPositions: 8192,
      window: { size: 4096, layers: [0, 1] },
    });
    expect(warnings).toEqual([]);
    const windowOf = (sliding_window: number | null) =>
      readNext({ model_type: "llava_next", text_config: { ...text, sliding_window } }).language.window?.size;
    expect([windowOf(null), windowOf(8192), windowOf(100)]).toEqual([undefined, undefined, 100]);
  });

  it("takes null for as many key-value heads as heads", () => {
    const heads = (text: Record<string, unknown>) =>
      readNext({ model_type: "llava_next", text_config: { model_type: "mistral", sliding_window: null, ...text } })
        .language.keyValueHeads;
    expect([heads({}), heads({ num_key_value_heads: null }), heads({ num_key_value_heads: 4 })]).toEqual([8, 32, 4]);
  });
});

describe("Qwen2-VL", () => {
  /** The fields of the published Qwen2-VL-2B-Instruct: those of the text model stand at the top. */
  const vision = {
    depth: 32,
    embed_dim: 1280,
    mlp_ratio: 4,
    num_heads: 16,
    in_chans: 3,
    hidden_size: 1536,
    patch_size: 14,
    spatial_merge_size: 2,
    spatial_patch_size: 14,
    temporal_patch_size: 2,
  };
  const text = {
    hidden_size: 1536,
    intermediate_size: 8960,
    max_position_embeddings: 32768,
    max_window_layers: 28,
    num_attention_heads: 12,
    num_hidden_layers: 28,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    rope_theta: 1000000,
    sliding_window: 32768,
    tie_word_embeddings: true,
    use_sliding_window: false,
    vocab_size: 151936,
  };
  const published = {
    architectures: ["Qwen2VLForConditionalGeneration"],
    model_type: "qwen2_vl",
    image_token_id: 151655,
    video_token_id: 151656,
    vision_start_token_id: 151652,
    vision_end_token_id: 151653,
    vision_token_id: 151654,
    vision_config: vision,
    rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
    ...text,
  };
  const expected: Qwen2VlConfig = {
    architecture: "qwen2-vl",
    vision: {
      kind: "qwen2-vl",
      width: 1280,
      layers: 32,
      heads: 16,
      intermediate: 5120,
      patchSize: 14,
      temporalPatchSize: 2,
      mergeSize: 2,
      channels: 3,
      activation: "quick_gelu",
      layerNormEps: 1e-6,
      ropeTheta: 10000,
    },
    language: {
      width: 1536,
      layers: 28,
      heads: 12,
      keyValueHeads: 2,
      headWidth: 128,
      intermediate: 8960,
      vocabulary: 151936,
      activation: "silu",
      rmsNormEps: 1e-6,
      rope: { type: "default", theta: 1000000 },
      ropeSections: [16, 24, 24],
      maxPositions: 32768,
      attentionBias: true,
      attentionOutputBias: false,
      mlpBias: false,
      tiedEmbeddings: true,
    },
    imageTokenId: 151655,
  };

  it("is read from a published file without a warning", () => {
    expect(readWithWarnings(published)).toEqual({ config: expected, warnings: [] });
  });

  it("is the same from a file of transformers 5, whose text model has a section", () => {
    const rope = { rope_type: "default", rope_theta: 1000000, mrope_section: [16, 24, 24] };
    const without = (section: object, ...names: string[]) =>
      Object.fromEntries(Object.entries(section).filter(([name]) => !names.includes(name)));
    const section = { ...without(text, "rope_theta"), model_type: "qwen2_vl_text", rope_parameters: rope };
    const tower = without(vision, "in_chans", "spatial_patch_size");
    const newer = {
      model_type: "qwen2_vl",
      text_config: section,
      vision_config: {
        ...tower,
        model_type: "qwen2_vl_vision",
        rope_parameters: { rope_type: "axial", rope_theta: 10000 },
      },
    };
    expect(readWithWarnings(newer)).toEqual({ config: expected, warnings: [] });
  });

  it("has the sizes of the largest model by default", () => {
    const { language, vision: tower } = readQwen({ model_type: "qwen2_vl", vision_config: { hidden_size: 8192 } });
    expect(language).toMatchObject({ width: 8192, layers: 80, heads: 64, keyValueHeads: 8, rmsNormEps: 1e-5 });
    expect(language.ropeSections).toEqual([16, 24, 24]);
    expect(tower).toMatchObject({ width: 1280, layers: 32, intermediate: 5120 });
  });

  it("has a window in its later layers, or those that are named", () => {
    const windowOf = (change: Record<string, unknown>) =>
      readQwen({ ...published, sliding_window: 512, ...change }).language.window;
    expect(windowOf({})).toBeUndefined();
    // Layers from max_window_layers on have the window: none of 28 here.
    expect(windowOf({ use_sliding_window: true })).toBeUndefined();
    expect(windowOf({ use_sliding_window: true, max_window_layers: 26 })).toEqual({ size: 512, layers: [26, 27] });
    const types = Array.from({ length: 28 }, (_, layer) => (layer === 3 ? "sliding_attention" : "full_attention"));
    expect(windowOf({ use_sliding_window: true, layer_types: types })).toEqual({ size: 512, layers: [3] });
    expect(() => windowOf({ use_sliding_window: true, layer_types: types.slice(1) })).toThrow(
      "layer_types has 27 names, but it must have one for each of the 28 layers",
    );
  });

  it("names numbers under other names that differ, and fields beside the text model's section", () => {
    const { warnings } = readWithWarnings({ ...published, vision_config: { ...vision, in_chans: 4 }, hidden_sizes: 1 });
    expect(warnings).toEqual([
      "config.json: vision_config.in_chans (4) is no field of Qwen2VLVisionConfig and is not used.",
      "config.json: hidden_sizes (1) is no field of Qwen2VLConfig and is not used.",
    ]);
    const beside = readWithWarnings({ ...published, text_config: text, num_hidden_layers: 3 });
    expect(beside.warnings).toContain(
      "config.json: num_hidden_layers is 3 beside text_config, where it is 28; what is in text_config or its class default is used.",
    );
  });

  it.each([
    [
      "a tower of another width",
      { vision_config: { ...vision, hidden_size: 1280 } },
      "vision_config.hidden_size is 1280, but it must be hidden_size, 1536",
    ],
    [
      "sections that do not fill a head",
      { rope_scaling: { type: "mrope", mrope_section: [16, 24, 25] } },
      "rope_parameters.mrope_section is [16,24,25], but it must be three numbers whose sum is the pairs of a head, 64",
    ],
    ["sections of two axes", { rope_scaling: { type: "mrope", mrope_section: [32, 32] } }, "must be three numbers"],
    [
      "heads of an odd number of pairs",
      { vision_config: { ...vision, embed_dim: 96 } },
      "the width of a head (embed_dim / num_heads) is 6, but it must be a multiple of two rotated pairs, 4",
    ],
    [
      "another tower",
      { vision_config: { ...vision, model_type: "siglip_vision_model" } },
      'vision_config.model_type is "siglip_vision_model", expected qwen2_vl or qwen2_vl_vision',
    ],
    [
      "another rotary type",
      { rope_scaling: { type: "yarn", factor: 4 } },
      'rope_scaling.type is "yarn"; supported are default, dynamic, linear, llama3, longrope',
    ],
    ["quantized weights", { quantization_config: { quant_method: "awq" } }, "quantized weights are not supported"],
    [
      "patches that are no squares",
      { vision_config: { ...vision, patch_size: [14, 16] } },
      "vision_config.patch_size is [14,16]",
    ],
  ])("refuses %s", (_, change, message) => {
    expect(() => readQwen({ ...published, ...change })).toThrow(message);
    expect(() => readQwen({ ...published, ...change })).toThrow(/^config\.json: /);
  });
});

describe("Qwen2.5-VL", () => {
  /** The fields of the published Qwen2.5-VL-3B-Instruct: those of the text model stand at the top. */
  const published = {
    architectures: ["Qwen2_5_VLForConditionalGeneration"],
    model_type: "qwen2_5_vl",
    image_token_id: 151655,
    vision_token_id: 151654,
    hidden_act: "silu",
    hidden_size: 2048,
    intermediate_size: 11008,
    max_position_embeddings: 128000,
    max_window_layers: 70,
    num_attention_heads: 16,
    num_hidden_layers: 36,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    rope_theta: 1000000,
    sliding_window: 32768,
    tie_word_embeddings: true,
    use_sliding_window: false,
    rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
    vocab_size: 151936,
    vision_config: {
      depth: 32,
      hidden_act: "silu",
      hidden_size: 1280,
      intermediate_size: 3420,
      num_heads: 16,
      in_chans: 3,
      out_hidden_size: 2048,
      patch_size: 14,
      spatial_merge_size: 2,
      spatial_patch_size: 14,
      window_size: 112,
      fullatt_block_indexes: [7, 15, 23, 31],
      tokens_per_second: 2,
      temporal_patch_size: 2,
    },
  };

  it("is read from a published file without a warning: the tower's own width, and that of its rows", () => {
    const { config, warnings } = readWithWarnings(published);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      architecture: "qwen2.5-vl",
      vision: {
        kind: "qwen2.5-vl",
        width: 1280,
        layers: 32,
        intermediate: 3420,
        activation: "silu",
        windowSide: 4,
        fullLayers: [7, 15, 23, 31],
      },
      language: { width: 2048, ropeSections: [16, 24, 24], maxPositions: 128000, tiedEmbeddings: true },
    });
  });

  // Source: `Qwen2_5_VLConfig` of transformers 5.24.
  it("has the tower of the largest model by default", () => {
    const { config } = readWithWarnings({
      model_type: "qwen2_5_vl",
      hidden_size: 3584,
      num_attention_heads: 28,
      num_key_value_heads: 4,
    });
    expect(config).toMatchObject({
      vision: { width: 3584, layers: 32, heads: 16, intermediate: 3420, windowSide: 4, fullLayers: [7, 15, 23, 31] },
      language: { width: 3584, layers: 80, rmsNormEps: 1e-5 },
    });
  });

  it.each([
    [{ out_hidden_size: 1280 }, "vision_config.out_hidden_size is 1280, but it must be hidden_size, 2048"],
    [{ window_size: 27 }, "vision_config.window_size is 27, but a window must hold an image token, 28 pixels"],
    [{ hidden_size: 1288 }, "vision_config.hidden_size is 1288, but it must be a multiple of num_heads, 16"],
    [{ fullatt_block_indexes: 7 }, "vision_config.fullatt_block_indexes is 7, expected a list of whole numbers"],
  ])("refuses %j", (change, message) => {
    const vision_config = { ...published.vision_config, ...change };
    expect(() => readWithWarnings({ ...published, vision_config })).toThrow(message);
  });
});

describe("Qwen3-VL", () => {
  /** The fields of the published Qwen3-VL-2B-Instruct. */
  const published = {
    architectures: ["Qwen3VLForConditionalGeneration"],
    image_token_id: 151655,
    model_type: "qwen3_vl",
    text_config: {
      attention_bias: false,
      eos_token_id: 151645,
      head_dim: 128,
      hidden_act: "silu",
      hidden_size: 2048,
      intermediate_size: 6144,
      max_position_embeddings: 262144,
      model_type: "qwen3_vl_text",
      num_attention_heads: 16,
      num_hidden_layers: 28,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-6,
      rope_scaling: { mrope_interleaved: true, mrope_section: [24, 20, 20], rope_type: "default" },
      rope_theta: 5000000,
      tie_word_embeddings: true,
      vocab_size: 151936,
    },
    tie_word_embeddings: true,
    vision_config: {
      deepstack_visual_indexes: [5, 11, 17],
      depth: 24,
      hidden_act: "gelu_pytorch_tanh",
      hidden_size: 1024,
      in_channels: 3,
      intermediate_size: 4096,
      model_type: "qwen3_vl",
      num_heads: 16,
      num_position_embeddings: 2304,
      out_hidden_size: 2048,
      patch_size: 16,
      spatial_merge_size: 2,
      temporal_patch_size: 2,
    },
  };

  it("is read from a published file without a warning", () => {
    expect(readWithWarnings(published)).toMatchObject({
      config: {
        architecture: "qwen3-vl",
        vision: { kind: "qwen3-vl", width: 1024, positions: 2304, positionSide: 48, deepstack: [5, 11, 17] },
        language: {
          width: 2048,
          headWidth: 128,
          queryKeyNorm: true,
          ropeSections: [24, 20, 20],
          ropeInterleaved: true,
          rope: { type: "default", theta: 5000000 },
          tiedEmbeddings: true,
        },
      },
      warnings: [],
    });
  });

  // Source: `Qwen3VLConfig` of transformers 5.24.
  it("has defaults where config.json gives only a text model as wide as the tower's rows", () => {
    const { config } = readWithWarnings({ model_type: "qwen3_vl", text_config: { hidden_size: 3584 } });
    expect(config).toMatchObject({
      vision: { width: 1152, layers: 27, intermediate: 4304, patchSize: 16, positionSide: 48, deepstack: [8, 16, 24] },
      language: { layers: 32, heads: 32, keyValueHeads: 32, headWidth: 128, rope: { theta: 500000 } },
      imageTokenId: 151655,
    });
  });

  it("takes sections that do not fill a head, whose other pairs turn with the first axis", () => {
    const rope = { ...published.text_config.rope_scaling, mrope_section: [20, 16, 16] };
    const text_config = { ...published.text_config, rope_scaling: rope };
    expect(readWithWarnings({ ...published, text_config }).config).toMatchObject({
      language: { ropeSections: [20, 16, 16] },
    });
  });

  it.each([
    [{ deepstack_visual_indexes: "5" }, 'vision_config.deepstack_visual_indexes is "5", expected a list of whole'],
    [{ out_hidden_size: 2560 }, "vision_config.out_hidden_size is 2560, but it must be text_config.hidden_size, 2048"],
    [{ model_type: "siglip_vision_model" }, "expected qwen3_vl or qwen3_vl_vision"],
  ])("refuses %j", (change, message) => {
    const vision_config = { ...published.vision_config, ...change };
    expect(() => readWithWarnings({ ...published, vision_config })).toThrow(message);
  });
});
