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

/** `LlavaConfig`. */
export const llavaDefaults = {
  image_token_index: 32000,
  projector_hidden_act: "gelu",
  vision_feature_select_strategy: "default",
  vision_feature_layer: -2,
  multimodal_projector_bias: true,
  tie_word_embeddings: false,
} as const;

/** The `vision_config` of a `LlavaConfig` that has none: CLIP ViT-L/14 at 336 pixels. */
export const llavaVisionConfig = {
  model_type: "clip_vision_model",
  hidden_size: 1024,
  intermediate_size: 4096,
  patch_size: 14,
  image_size: 336,
  num_hidden_layers: 24,
  num_attention_heads: 16,
} as const;
