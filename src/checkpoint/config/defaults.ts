/**
 * @file What a config.json leaves out: the defaults of the configuration classes of transformers, one table per class.
 * Names are those of config.json. Only fields that change what is computed are listed.
 */

/** `LlamaConfig`. `num_key_value_heads` defaults to the heads, `head_dim` to the width per head. */
export const llamaDefaults = {
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
} as const;

/** `MistralConfig`. `head_dim` defaults to the width per head. */
export const mistralDefaults = {
  vocab_size: 32000,
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  hidden_act: "silu",
  max_position_embeddings: 131072,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  tie_word_embeddings: false,
  sliding_window: 4096,
} as const;

/** `Qwen2Config`. `rope_theta` is that of its modelling code. */
export const qwen2Defaults = {
  vocab_size: 151936,
  hidden_size: 4096,
  intermediate_size: 22016,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  hidden_act: "silu",
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  tie_word_embeddings: false,
  sliding_window: 4096,
  max_window_layers: 28,
} as const;

/** `Qwen3Config`. */
export const qwen3Defaults = { ...qwen2Defaults, head_dim: 128 } as const;

/** `GemmaConfig`. */
export const gemmaDefaults = {
  vocab_size: 256000,
  hidden_size: 3072,
  intermediate_size: 24576,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  num_key_value_heads: 16,
  head_dim: 256,
  hidden_act: "gelu_pytorch_tanh",
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  tie_word_embeddings: true,
} as const;

/** `Gemma2Config`. */
export const gemma2Defaults = {
  vocab_size: 256000,
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  hidden_activation: "gelu_pytorch_tanh",
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-6,
  rope_theta: 10000,
  tie_word_embeddings: true,
  query_pre_attn_scalar: 256,
  sliding_window: 4096,
  attn_logit_softcapping: 50,
  final_logit_softcapping: 30,
} as const;

/** `Gemma3TextConfig`. */
export const gemma3TextDefaults = {
  ...gemma2Defaults,
  vocab_size: 262208,
  max_position_embeddings: 131072,
  rope_theta: 1000000,
  rope_local_base_freq: 10000,
  sliding_window_pattern: 6,
} as const;

/** `Phi3Config`. */
export const phi3Defaults = {
  vocab_size: 32064,
  hidden_size: 3072,
  intermediate_size: 8192,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  hidden_act: "silu",
  max_position_embeddings: 4096,
  original_max_position_embeddings: 4096,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  partial_rotary_factor: 1,
  tie_word_embeddings: false,
} as const;

/** `Qwen3VLTextConfig`; the sections are those of its modelling code. */
export const qwen3VlTextDefaults = {
  vocab_size: 151936,
  hidden_size: 4096,
  intermediate_size: 22016,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 32,
  head_dim: 128,
  hidden_act: "silu",
  max_position_embeddings: 128000,
  rms_norm_eps: 1e-6,
  rope_theta: 500000,
  tie_word_embeddings: false,
  mrope_section: [24, 20, 20],
} as const;

/** `Qwen2VLTextConfig` and `Qwen2_5_VLTextConfig`: the sizes of the largest model. */
export const qwen2VlTextDefaults = {
  vocab_size: 152064,
  hidden_size: 8192,
  intermediate_size: 29568,
  num_hidden_layers: 80,
  num_attention_heads: 64,
  num_key_value_heads: 8,
  hidden_act: "silu",
  max_position_embeddings: 32768,
  rms_norm_eps: 1e-5,
  rope_theta: 1000000,
  tie_word_embeddings: false,
  use_sliding_window: false,
  sliding_window: 4096,
  max_window_layers: 80,
  mrope_section: [16, 24, 24],
} as const;

/** `Qwen2VLVisionConfig`. The epsilon of its norms is no field. */
export const qwen2VlVisionDefaults = {
  depth: 32,
  embed_dim: 1280,
  hidden_size: 3584,
  hidden_act: "quick_gelu",
  mlp_ratio: 4,
  num_heads: 16,
  in_channels: 3,
  patch_size: 14,
  spatial_merge_size: 2,
  temporal_patch_size: 2,
  rope_theta: 10000,
  layer_norm_eps: 1e-6,
} as const;

/** `Qwen2_5_VLVisionConfig`. The epsilon of its norms is no field. */
export const qwen25VlVisionDefaults = {
  depth: 32,
  hidden_size: 3584,
  out_hidden_size: 3584,
  hidden_act: "silu",
  intermediate_size: 3420,
  num_heads: 16,
  in_channels: 3,
  patch_size: 14,
  spatial_merge_size: 2,
  temporal_patch_size: 2,
  window_size: 112,
  fullatt_block_indexes: [7, 15, 23, 31],
  rope_theta: 10000,
  layer_norm_eps: 1e-6,
} as const;

/** `Qwen3VLVisionConfig`. The epsilon of its norms is no field. */
export const qwen3VlVisionDefaults = {
  depth: 27,
  hidden_size: 1152,
  out_hidden_size: 3584,
  hidden_act: "gelu_pytorch_tanh",
  intermediate_size: 4304,
  num_heads: 16,
  in_channels: 3,
  patch_size: 16,
  spatial_merge_size: 2,
  temporal_patch_size: 2,
  num_position_embeddings: 2304,
  deepstack_visual_indexes: [8, 16, 24],
  rope_theta: 10000,
  layer_norm_eps: 1e-6,
} as const;

/** `Qwen2VLConfig`, `Qwen2_5_VLConfig` and `Qwen3VLConfig`. */
export const qwen2VlDefaults = { image_token_id: 151655, tie_word_embeddings: false } as const;

/** `PaliGemmaConfig`. */
export const paliGemmaDefaults = { image_token_index: 256000, projection_dim: 2048 } as const;

/** The `text_config` of a `PaliGemmaConfig` that has none. */
export const paliGemmaTextConfig = {
  model_type: "gemma",
  hidden_size: 2048,
  num_hidden_layers: 18,
  intermediate_size: 16384,
  num_attention_heads: 8,
  num_key_value_heads: 1,
  vocab_size: 257152,
} as const;

/** The `vision_config` of a `PaliGemmaConfig` that has none: SigLIP-So400m/14 at 224 pixels. */
export const paliGemmaVisionConfig = {
  model_type: "siglip_vision_model",
  hidden_size: 1152,
  intermediate_size: 4096,
  patch_size: 14,
  image_size: 224,
  num_hidden_layers: 27,
  num_attention_heads: 16,
} as const;

/** `Gemma3Config`. */
export const gemma3Defaults = { image_token_index: 262144, mm_tokens_per_image: 256 } as const;

/** `CLIPVisionConfig`. */
export const clipVisionDefaults = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  num_channels: 3,
  image_size: 224,
  patch_size: 32,
  hidden_act: "quick_gelu",
  layer_norm_eps: 1e-5,
} as const;

/** `SiglipVisionConfig`. */
export const siglipVisionDefaults = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  num_channels: 3,
  image_size: 224,
  patch_size: 16,
  hidden_act: "gelu_pytorch_tanh",
  layer_norm_eps: 1e-6,
} as const;

/** `PixtralVisionConfig`. The epsilon of its norms is no field. */
export const pixtralVisionDefaults = {
  hidden_size: 1024,
  intermediate_size: 4096,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  num_channels: 3,
  patch_size: 16,
  hidden_act: "gelu",
  rope_theta: 10000,
  rms_norm_eps: 1e-5,
} as const;

/** `Mistral3Config`. */
export const mistral3Defaults = {
  image_token_index: 10,
  projector_hidden_act: "gelu",
  vision_feature_layer: -1,
  multimodal_projector_bias: false,
  spatial_merge_size: 2,
  tie_word_embeddings: true,
} as const;

/** The `vision_config` of a `Mistral3Config` that has none. */
export const mistral3VisionConfig = { model_type: "pixtral", patch_size: 14 } as const;

/** The `text_config` of a `Mistral3Config` that has none. */
export const mistral3TextConfig = {
  model_type: "mistral",
  vocab_size: 131072,
  hidden_size: 5120,
  head_dim: 128,
  intermediate_size: 32768,
  num_hidden_layers: 40,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  max_position_embeddings: 131072,
  rms_norm_eps: 1e-5,
  rope_theta: 1000000000,
  sliding_window: null,
} as const;

/** `Idefics3VisionConfig` and `SmolVLMVisionConfig`. */
export const idefics3VisionDefaults = {
  hidden_size: 1152,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 16,
  num_channels: 3,
  image_size: 224,
  patch_size: 32,
  hidden_act: "gelu_pytorch_tanh",
  layer_norm_eps: 1e-6,
} as const;

/** `Idefics3Config` and `SmolVLMConfig`. */
export const idefics3Defaults = { image_token_id: 128257, scale_factor: 2, tie_word_embeddings: false } as const;

/** The `text_config` of an `Idefics3Config` or `SmolVLMConfig` that has none. */
export const idefics3TextConfig = { model_type: "llama", rms_norm_eps: 1e-5 } as const;

/** `LlavaConfig` and `LlavaNextConfig`. */
export const llavaDefaults = {
  image_token_index: 32000,
  projector_hidden_act: "gelu",
  vision_feature_select_strategy: "default",
  vision_feature_layer: -2,
  multimodal_projector_bias: true,
  tie_word_embeddings: false,
} as const;

/** `LlavaOnevisionConfig`. */
export const llavaOnevisionDefaults = {
  image_token_index: 151646,
  projector_hidden_act: "gelu",
  vision_feature_select_strategy: "full",
  vision_feature_layer: -1,
  multimodal_projector_bias: true,
  tie_word_embeddings: false,
  vision_aspect_ratio: "anyres_max_9",
} as const;

/** The `vision_config` of a `LlavaOnevisionConfig` that has none: SigLIP SO400M/14 at 384 pixels without its last layer. */
export const llavaOnevisionVisionConfig = {
  model_type: "siglip_vision_model",
  hidden_size: 1152,
  intermediate_size: 4304,
  patch_size: 14,
  image_size: 384,
  num_hidden_layers: 26,
  num_attention_heads: 16,
} as const;

/** `InternVLVisionConfig`. */
export const internVlVisionDefaults = {
  hidden_size: 1024,
  num_hidden_layers: 24,
  num_attention_heads: 16,
  attention_bias: false,
  use_qk_norm: false,
  intermediate_size: 4096,
  hidden_act: "gelu",
  norm_type: "layer_norm",
  layer_norm_eps: 1e-6,
  image_size: 448,
  patch_size: 14,
  num_channels: 3,
  use_absolute_position_embeddings: true,
  use_mean_pooling: true,
} as const;

/** `InternVLConfig`. */
export const internVlDefaults = {
  image_token_id: 151667,
  downsample_ratio: 0.5,
  projector_hidden_act: "gelu",
  vision_feature_layer: -1,
  vision_feature_select_strategy: "default",
  tie_word_embeddings: true,
} as const;

/** The `vision_config` of a `LlavaConfig` or `LlavaNextConfig` that has none: CLIP ViT-L/14 at 336 pixels. */
export const llavaVisionConfig = {
  model_type: "clip_vision_model",
  hidden_size: 1024,
  intermediate_size: 4096,
  patch_size: 14,
  image_size: 336,
  num_hidden_layers: 24,
  num_attention_heads: 16,
} as const;

/** `MllamaVisionConfig`. The tower's arrangements of tiles are the eight of up to four tiles. */
export const mllamaVisionDefaults = {
  hidden_size: 1280,
  hidden_act: "gelu",
  num_hidden_layers: 32,
  num_global_layers: 8,
  attention_heads: 16,
  num_channels: 3,
  intermediate_size: 5120,
  vision_output_dim: 7680,
  image_size: 448,
  patch_size: 14,
  norm_eps: 1e-5,
  max_num_tiles: 4,
  intermediate_layers_indices: [3, 7, 15, 23, 30],
  supported_aspect_ratios: [
    [1, 1],
    [1, 2],
    [1, 3],
    [1, 4],
    [2, 1],
    [2, 2],
    [3, 1],
    [4, 1],
  ],
} as const;

/** `MllamaTextConfig`. */
export const mllamaTextDefaults = {
  vocab_size: 128256,
  hidden_size: 4096,
  intermediate_size: 14336,
  num_hidden_layers: 40,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  hidden_act: "silu",
  max_position_embeddings: 131072,
  rms_norm_eps: 1e-5,
  rope_theta: 500000,
  tie_word_embeddings: false,
  cross_attention_layers: [3, 8, 13, 18, 23, 28, 33, 38],
} as const;

/** `MllamaConfig`. */
export const mllamaDefaults = { image_token_index: 128256 } as const;
