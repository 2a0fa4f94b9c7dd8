/** @file Tests of reading the config.json of LLaVA-OneVision and InternVL: sparse files, old and new spellings, and what is refused. */
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../image/prepare.ts";
import { defineModel } from "../../models/registry.ts";
import { readProcessorSettings } from "../../checkpoint-reader/processor-settings.ts";
import type { InternVlConfig, LlavaOnevisionConfig } from "../types.ts";
import { internVlVisionDefaults, llavaOnevisionVisionConfig } from "./defaults.ts";
import { readModelConfig } from "./read.ts";

function readWithWarnings(json: unknown): { config: unknown; warnings: string[] } {
  const warnings: string[] = [];
  return { config: readModelConfig(json, "config.json", (sentence) => void warnings.push(sentence)), warnings };
}

const oneVision = { model_type: "llava_onevision", architectures: ["LlavaOnevisionForConditionalGeneration"] };
const internVl = { model_type: "internvl", architectures: ["InternVLForConditionalGeneration"] };
const read = (json: unknown) => readWithWarnings(json).config as LlavaOnevisionConfig;
const readIntern = (json: unknown) => readWithWarnings(json).config as InternVlConfig;

/** What the processor of a family without any field makes of a photograph of 960 x 686. */
function planOfPhotograph(config: LlavaOnevisionConfig | InternVlConfig, section: object) {
  const { architecture } = config;
  const place = { file: "p.json", section: "", warn: () => undefined, architecture };
  const settings = readProcessorSettings(section, place);
  return defineModel(config).vision.plan(layoutOf({ width: 960, height: 686 }, { settings, fit: "default" }));
}

describe("LLaVA-OneVision", () => {
  // Source: LlavaOnevisionConfig of transformers 5.24.0 (models/llava_onevision/configuration_llava_onevision.py).
  it("has the defaults of its class, a SigLIP tower and Qwen2", () => {
    const { config, warnings } = readWithWarnings(oneVision);
    expect(config).toMatchObject({
      architecture: "llava-onevision",
      vision: { kind: "siglip", width: 1152, layers: 26, heads: 16, imageSize: 384, patchSize: 14, intermediate: 4304 },
      language: { width: 4096, attentionBias: true, tiedEmbeddings: false },
      visionFeatureLayer: -1,
      visionFeatureSelect: "full",
      imageTokenId: 151646,
      mostTiles: 9,
    });
    expect(llavaOnevisionVisionConfig).not.toHaveProperty("vision_use_head");
    expect(warnings).toEqual([]);
  });

  it("is read from a file that writes out what is not used", () => {
    const { config, warnings } = readWithWarnings({
      ...oneVision,
      image_token_index: 7,
      video_token_index: 8,
      use_image_newline_parameter: true,
      vision_aspect_ratio: "anyres_max_4",
      image_grid_pinpoints: [[384, 384]],
      text_config: {
        model_type: "qwen2",
        hidden_size: 64,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        tie_word_embeddings: true,
      },
      vision_config: { hidden_size: 64, num_attention_heads: 4, vision_use_head: false },
    });
    expect(config).toMatchObject({ mostTiles: 4, imageTokenId: 7, language: { tiedEmbeddings: true } });
    expect(warnings).toEqual([]);
  });

  it("has 4,833 image tokens in 7 tiles for a photograph of 960 x 686", () => {
    const { imageTokens, inputs, grids } = planOfPhotograph(read(oneVision), {});
    expect([imageTokens.length, inputs.length]).toEqual([4833, 7]);
    expect(grids.map(({ rows, cols }) => [rows, cols])).toEqual([
      [27, 27],
      [54, 75],
    ]);
  });

  it.each(["anyres", "anyres_max_0", "pad", 9])("is refused with vision_aspect_ratio %j", (ratio) => {
    expect(() => read({ ...oneVision, vision_aspect_ratio: ratio })).toThrow(
      `config.json: vision_aspect_ratio is ${JSON.stringify(ratio)}, expected anyres_max_N`,
    );
  });
});

describe("InternVL", () => {
  // Source: InternVLConfig and InternVLVisionConfig of transformers 5.24.0 (models/internvl/configuration_internvl.py).
  it("has the defaults of its classes, with tied embeddings and Qwen2", () => {
    const { config, warnings } = readWithWarnings(internVl);
    expect(config).toMatchObject({
      architecture: "internvl",
      vision: { width: 1024, layers: 24, imageSize: 448, patchSize: 14, attentionBias: false, queryKeyNorm: false },
      language: { attentionBias: true, tiedEmbeddings: true },
      projector: { activation: "gelu" },
      visionFeatureLayer: -1,
      mergeSize: 2,
      imageTokenId: 151667,
    });
    expect(internVlVisionDefaults.layer_norm_eps).toBe(1e-6);
    expect(warnings).toEqual([]);
  });

  it("takes sizes as pairs, and a dynamic rope within its limit", () => {
    const { config, warnings } = readWithWarnings({
      ...internVl,
      image_seq_length: 256,
      text_config: {
        model_type: "qwen2",
        hidden_size: 64,
        num_attention_heads: 4,
        num_key_value_heads: 2,
        rope_theta: 1e6,
        rope_scaling: { factor: 2, rope_type: "dynamic" },
      },
      vision_config: {
        model_type: "internvl_vision",
        image_size: [448, 448],
        patch_size: [14, 14],
        norm_type: "rms_norm",
      },
    });
    expect(config).toMatchObject({
      vision: { imageSize: 448, patchSize: 14, norm: "rms" },
      language: { rope: { type: "default", theta: 1e6 } },
    });
    expect(warnings).toEqual([]);
  });

  it("has 13 tiles of 256 image tokens for a photograph of 960 x 686", () => {
    const { imageTokens, grids, prompt } = planOfPhotograph(readIntern(internVl), {
      size: { height: 448, width: 448 },
    });
    expect(imageTokens).toHaveLength(13 * 256);
    expect(grids).toHaveLength(13);
    expect(grids.at(-1)!.box).toEqual({ left: 0, top: 0, width: 960, height: 686 });
    expect(grids[0]!.box).toEqual({ left: 0, top: 0, width: 240, height: 686 / 3 });
    expect(prompt).toEqual([
      { special: "start_image_token", byDefault: "<img>" },
      { imageTokens: 13 * 256 },
      { special: "end_image_token", byDefault: "</img>" },
    ]);
  });

  it.each([
    [
      { downsample_ratio: 0.3 },
      "downsample_ratio is 0.3, but 1 / downsample_ratio must be a whole number that divides",
    ],
    [{ vision_config: { image_size: 70 } }, "downsample_ratio is 0.5, but 1 / downsample_ratio must be a whole number"],
    [{ vision_feature_select_strategy: "full" }, 'vision_feature_select_strategy is "full", expected default'],
    [
      { vision_feature_layer: 25 },
      "vision_feature_layer is 25, but a tower of 24 layers has the hidden states -25 to 24.",
    ],
    [{ vision_config: { norm_type: "batch" } }, 'vision_config.norm_type is "batch", expected layer_norm or rms_norm.'],
  ])("is refused with %j", (change, message) => {
    expect(() => readIntern({ ...internVl, ...change })).toThrow(`config.json: ${message}`);
  });
});

describe("processors", () => {
  const warnings: string[] = [];
  const settingsOf = (section: unknown) =>
    readProcessorSettings(section, { file: "p.json", section: "", warn: (sentence) => void warnings.push(sentence) });

  // Source: attributes of LlavaOnevisionImageProcessorPil and GotOcr2ImageProcessorPil of transformers 5.24.0.
  it("have the defaults of their classes", () => {
    const onevision = settingsOf({ image_processor_type: "LlavaOnevisionImageProcessor" });
    expect(onevision).toMatchObject({ kind: "tiles", side: 384, filter: "bicubic", cut: { severalWhole: true } });
    expect(onevision).toMatchObject({
      cut: { by: "resolutions", resolutions: { length: 36, 1: { width: 768, height: 384 } } },
    });
    const cut = { by: "ratio", leastTiles: 1, mostTiles: 12 };
    expect(settingsOf({ image_processor_type: "GotOcr2ImageProcessorFast" })).toMatchObject({ side: 384, cut });
    expect(warnings).toEqual([]);
  });

  it("cut pictures for InternVL whatever the file says, as the call of its processor does", () => {
    const given = {
      image_processor_type: "GotOcr2ImageProcessor",
      crop_to_patches: false,
      max_patches: 6,
      min_patches: 2,
    };
    expect(settingsOf(given)).toMatchObject({ cut: { by: "ratio", leastTiles: 2, mostTiles: 6 } });
    expect(warnings).toEqual([]);
  });

  it("are refused with tiles that are no squares, or without resizing", () => {
    const type = { image_processor_type: "GotOcr2ImageProcessor" };
    expect(() => settingsOf({ ...type, size: { height: 3, width: 4 } })).toThrow(
      'p.json: size is {"height":3,"width":4}, but tiles must be squares.',
    );
    expect(() => settingsOf({ ...type, max_patches: 1, do_resize: false })).toThrow(
      "p.json: do_resize is off and max_patches is 1, but pictures must be resized to the tower's input; leave do_resize out.",
    );
  });
});
