/** @file Tests of values in two places of config.json, of fields beside their section, and of fields that nothing reads. */
import { beforeEach, describe, expect, it } from "vitest";
import type { LlavaConfig } from "../types.ts";
import { clipVisionFields, commonFields, llamaFields, llavaFields, siglipVisionFields } from "./known-fields.ts";
import { readModelConfig } from "./read.ts";
import { warnOfStoredType } from "./stored-type.ts";

const warnings: string[] = [];
const warn = (sentence: string) => void warnings.push(sentence);
beforeEach(() => void warnings.splice(0));

function read(json: Record<string, unknown>): LlavaConfig {
  return readModelConfig({ model_type: "llava", ...json }, "/a/folder/config.json", warn) as LlavaConfig;
}

describe("known fields", () => {
  // Source: dataclasses.fields of each class in transformers 5.24.0, those of PreTrainedConfig in `base`.
  const base =
    "transformers_version architectures output_hidden_states return_dict dtype chunk_size_feed_forward is_encoder_decoder id2label label2id problem_type";
  it.each([
    ["PreTrainedConfig", commonFields, base],
    [
      "LlavaConfig",
      llavaFields,
      "vision_config text_config image_token_index image_seq_length projector_hidden_act vision_feature_select_strategy vision_feature_layer multimodal_projector_bias tie_word_embeddings",
    ],
    [
      "LlamaConfig",
      llamaFields,
      "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads hidden_act max_position_embeddings initializer_range rms_norm_eps use_cache pad_token_id bos_token_id eos_token_id pretraining_tp tie_word_embeddings rope_parameters attention_bias attention_dropout mlp_bias head_dim",
    ],
    [
      "CLIPVisionConfig",
      clipVisionFields,
      "hidden_size intermediate_size projection_dim num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps attention_dropout initializer_range initializer_factor",
    ],
    [
      "SiglipVisionConfig",
      siglipVisionFields,
      "hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps attention_dropout vision_use_head",
    ],
  ])("hold every field of transformers' %s", (_, known, fields) => {
    expect(fields.split(" ").filter((field) => !Object.hasOwn(known, field))).toEqual([]);
  });

  it("name what no class reads, with its value", () => {
    read({
      text_config: { logits_scaling: 8, attention_multiplier: 0.5, unset: null },
      vision_config: { rms_norm_eps: 1e-6 },
      mm_hidden_size: 1024,
    });
    expect(warnings).toEqual([
      "config.json: vision_config.rms_norm_eps (0.000001) is no field of CLIPVisionConfig and is not used.",
      "config.json: text_config.logits_scaling (8), text_config.attention_multiplier (0.5) are no fields of LlamaConfig and are not used.",
      "config.json: mm_hidden_size (1024) is no field of LlavaConfig and is not used.",
    ]);
  });
});

describe("a value in two places", () => {
  // Source: LlavaConfig.from_pretrained of transformers 5.24.0, run on each of these files.
  it("takes image_token_id before image_token_index", () => {
    expect(read({ image_token_index: 5, image_token_id: 7 }).imageTokenId).toBe(7);
    expect(warnings).toEqual(["config.json: image_token_id is 7 and image_token_index is 5; image_token_id is used."]);
    expect(read({ image_token_index: 5 }).imageTokenId).toBe(5);
    expect(read({}).imageTokenId).toBe(32000);
  });

  it.each([
    ["vocab_size", 77, { vocab_size: 88 }, "config.json: vocab_size is 77 beside text_config, where it is 88;"],
    ["rms_norm_eps", 0.5, {}, "config.json: rms_norm_eps is 0.5 beside text_config, where it is 0.000001;"],
    ["rope_theta", 5e5, {}, "config.json: rope_theta is 500000 beside text_config, where it is 10000;"],
    [
      "rope_scaling",
      { type: "linear", factor: 2 },
      {},
      'config.json: rope_scaling is {"type":"linear","factor":2} beside text_config, where it is not given;',
    ],
    ["head_dim", 64, {}, "config.json: head_dim is 64 beside text_config, where it is not given;"],
  ])("reads the section, and names %s beside it", (field, value, text_config, message) => {
    const { language } = read({ text_config });
    expect(read({ text_config, [field]: value }).language).toEqual(language);
    expect(warnings).toEqual([`${message} what is in text_config or its class default is used.`]);
  });

  it("names fields of the tower beside it", () => {
    expect(
      read({ vision_config: { image_size: 336, patch_size: 14 }, image_size: 448, patch_size: 14 }).vision.imageSize,
    ).toBe(336);
    expect(warnings).toEqual([
      "config.json: image_size is 448 beside vision_config, where it is 336; what is in vision_config or its class default is used.",
    ]);
  });

  it("says nothing where both places agree", () => {
    read({
      vocab_size: 32064,
      image_size: 336,
      rope_theta: 1e6,
      text_config: { vocab_size: 32064, rope_parameters: { rope_theta: 1e6 } },
    });
    expect(warnings).toEqual([]);
  });

  it("ties by one of two flags, and says that they differ", () => {
    expect(
      read({ tie_word_embeddings: true, text_config: { tie_word_embeddings: false } }).language.tiedEmbeddings,
    ).toBe(true);
    expect(
      read({ tie_word_embeddings: false, text_config: { tie_word_embeddings: true } }).language.tiedEmbeddings,
    ).toBe(true);
    expect(warnings).toEqual([
      "config.json: tie_word_embeddings is true and text_config.tie_word_embeddings is false; what the weights hold decides.",
      "config.json: tie_word_embeddings is false and text_config.tie_word_embeddings is true; what the weights hold decides.",
    ]);
  });

  it("names two padding tokens, which no answer depends on", () => {
    read({ pad_token_id: 3, text_config: { pad_token_id: 4 } });
    expect(warnings).toEqual([
      "config.json: pad_token_id is 3 and text_config.pad_token_id is 4; neither changes an answer.",
    ]);
  });
});

describe("one value in several forms", () => {
  it("reads a list of one feature layer, and sizes given twice, as transformers does", () => {
    expect(read({ vision_feature_layer: [-2] }).visionFeatureLayer).toBe(-2);
    expect(read({ vision_config: { image_size: [336, 336], patch_size: [14, 14] } }).vision).toMatchObject({
      imageSize: 336,
      patchSize: 14,
    });
  });

  it.each([
    ["gelu_python", "gelu"],
    ["gelu_fast", "gelu_pytorch_tanh"],
    ["gelu_accurate", "gelu_pytorch_tanh"],
  ])("takes the activation %s for %s, whose formula it is", (name, activation) => {
    expect(read({ vision_config: { hidden_act: name } }).vision.activation).toBe(activation);
  });

  it("allows a window that no sequence reaches", () => {
    read({ text_config: { sliding_window: 4096, max_position_embeddings: 4096 } });
    expect(warnings).toEqual([]);
  });
});

describe("the type of the weights", () => {
  const typed = (json: unknown, type: "F32" | "F16") => warnOfStoredType(json, type, { file: "/a/config.json", warn });

  it("is the stored one, and config.json is named where it says another", () => {
    typed({ torch_dtype: "float16" }, "F32");
    expect(warnings).toEqual([
      'config.json: torch_dtype is "float16", but most weights are stored as F32; they are read as they are stored.',
    ]);
  });

  it("is taken from dtype before torch_dtype", () => {
    typed({ dtype: "float16", torch_dtype: "bfloat16" }, "F16");
    expect(warnings).toEqual(['config.json: dtype is "float16" and torch_dtype is "bfloat16"; dtype is used.']);
  });

  it("is not spoken of where they agree or nothing is said", () => {
    typed({ dtype: "torch.float32" }, "F32");
    typed({}, "F32");
    expect(warnings).toEqual([]);
  });
});
