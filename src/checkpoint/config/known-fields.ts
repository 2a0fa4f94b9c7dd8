/**
 * @file Every field of the configuration classes of transformers 5.24 and what is done with it, so that a field that would change the
 * computation is never ignored without a word.
 */
import { fieldUses } from "../generation-fields.ts";

/** `read`: changes what is computed, and is read. `idle`: changes nothing here, such as dropout, training and output settings. */
type FieldUse = "read" | "idle";

export type KnownFields = Readonly<Record<string, FieldUse>>;

function fieldsOf(read: string, idle: string): KnownFields {
  const entries = (names: string, use: FieldUse) => names.split(/\s+/).map((name) => [name, use] as const);
  return Object.fromEntries([...entries(read, "read"), ...entries(idle, "idle")]);
}

/** `LlavaConfig`. `vocab_size`, `pad_token_id` and `ignore_index` stood beside the sections in files of transformers 4. */
export const llavaFields = fieldsOf(
  `vision_config text_config image_token_index image_token_id projector_hidden_act vision_feature_select_strategy vision_feature_layer
  multimodal_projector_bias tie_word_embeddings eos_token_id quantization_config`,
  "image_seq_length ignore_index pad_token_id bos_token_id",
);

/** `LlavaNextConfig`. Published files say with `use_image_newline_parameter` what every model of the class does. */
export const llavaNextFields: KnownFields = {
  ...llavaFields,
  ...fieldsOf("image_grid_pinpoints", "use_image_newline_parameter"),
};

/** `LlavaOnevisionConfig`. */
export const llavaOnevisionFields: KnownFields = {
  ...llavaNextFields,
  ...fieldsOf("vision_aspect_ratio", "video_token_index video_token_id"),
};

/** `InternVLConfig`. */
export const internVlFields = fieldsOf(
  `vision_config text_config image_token_id downsample_ratio projector_hidden_act vision_feature_layer vision_feature_select_strategy
  tie_word_embeddings eos_token_id quantization_config`,
  "image_seq_length pad_token_id bos_token_id",
);

/** `InternVLVisionConfig`. Layer scales are stored, not computed; a mask token is for training. */
export const internVlVisionFields = fieldsOf(
  `hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps
  attention_bias use_qk_norm norm_type use_absolute_position_embeddings use_mean_pooling quantization_config`,
  `hidden_dropout_prob attention_dropout projection_dropout initializer_range use_mask_token layer_scale_init_value`,
);

/** `Qwen2VLConfig`, `Qwen2_5_VLConfig` and `Qwen3VLConfig`. Only pictures are asked about, whose positions follow from their tokens alone. */
export const qwen2VlFields = fieldsOf(
  "vision_config text_config image_token_id tie_word_embeddings eos_token_id quantization_config",
  "video_token_id vision_start_token_id vision_end_token_id vision_token_id bos_token_id pad_token_id",
);

/** `Qwen2VLTextConfig` and `Qwen2_5_VLTextConfig`; `rope_theta` and `rope_scaling` are its fields in transformers 4. */
export const qwen2VlTextFields = fieldsOf(
  `vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads hidden_act
  max_position_embeddings rms_norm_eps tie_word_embeddings rope_parameters rope_scaling rope_theta use_sliding_window sliding_window
  max_window_layers layer_types eos_token_id quantization_config`,
  "initializer_range use_cache pad_token_id bos_token_id attention_dropout",
);

/** `Qwen2VLVisionConfig`. */
export const qwen2VlVisionFields = fieldsOf(
  `depth embed_dim hidden_size hidden_act mlp_ratio num_heads in_channels patch_size spatial_merge_size temporal_patch_size
  rope_parameters quantization_config`,
  "initializer_range",
);

/** `Qwen3VLVisionConfig`. */
export const qwen3VlVisionFields = fieldsOf(
  `depth hidden_size hidden_act intermediate_size num_heads in_channels patch_size spatial_merge_size temporal_patch_size out_hidden_size
  num_position_embeddings deepstack_visual_indexes rope_parameters quantization_config`,
  "initializer_range",
);

/** `Qwen2_5_VLVisionConfig`. The tokens of a second are about videos. */
export const qwen25VlVisionFields = fieldsOf(
  `depth hidden_size hidden_act intermediate_size num_heads in_channels patch_size spatial_merge_size temporal_patch_size window_size
  out_hidden_size fullatt_block_indexes rope_parameters quantization_config`,
  "tokens_per_second initializer_range",
);

/** `MistralConfig`; `rope_theta` and `rope_scaling` are its fields in transformers 4. */
export const mistralFields = fieldsOf(
  `vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim hidden_act
  max_position_embeddings rms_norm_eps tie_word_embeddings rope_parameters rope_scaling rope_theta sliding_window eos_token_id
  quantization_config`,
  "initializer_range use_cache pad_token_id bos_token_id attention_dropout",
);

/** `LlamaConfig`; `rope_theta` and `rope_scaling` are its fields in transformers 4. */
export const llamaFields = fieldsOf(
  `vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim hidden_act
  max_position_embeddings rms_norm_eps tie_word_embeddings attention_bias mlp_bias rope_parameters rope_scaling rope_theta
  partial_rotary_factor sliding_window attention_chunk_size layer_types eos_token_id quantization_config`,
  "initializer_range use_cache pad_token_id bos_token_id pretraining_tp attention_dropout",
);

const decoderRead = `vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads
  max_position_embeddings rms_norm_eps tie_word_embeddings rope_parameters rope_scaling rope_theta eos_token_id quantization_config`;
const decoderIdle = "initializer_range use_cache pad_token_id bos_token_id attention_dropout";

/** `Qwen2Config`. */
export const qwen2Fields = fieldsOf(
  `${decoderRead} hidden_act use_sliding_window sliding_window max_window_layers layer_types`,
  decoderIdle,
);

/** `Qwen3Config`. */
export const qwen3Fields = { ...qwen2Fields, ...fieldsOf("head_dim attention_bias", "attention_dropout") };

/** `Qwen3VLTextConfig`. */
export const qwen3VlTextFields = fieldsOf(`${decoderRead} hidden_act head_dim attention_bias`, decoderIdle);

/** `GemmaConfig`. `hidden_activation` stood beside `hidden_act` until transformers 5, which reads only the latter. */
export const gemmaFields = fieldsOf(
  `${decoderRead} hidden_act head_dim attention_bias`,
  `${decoderIdle} hidden_activation use_bidirectional_attention num_image_tokens`,
);

/** `Gemma2Config`. */
export const gemma2Fields = fieldsOf(
  `${decoderRead} hidden_activation head_dim attention_bias query_pre_attn_scalar sliding_window layer_types final_logit_softcapping
  attn_logit_softcapping`,
  `${decoderIdle} hidden_act use_bidirectional_attention num_image_tokens cache_implementation`,
);

/** `Gemma3TextConfig`; the pattern and the local base are from before transformers 5. */
export const gemma3TextFields = {
  ...gemma2Fields,
  ...fieldsOf("sliding_window_pattern rope_local_base_freq use_bidirectional_attention", "cache_implementation"),
};

/** `Phi3Config`. */
export const phi3Fields = fieldsOf(
  `${decoderRead} hidden_act original_max_position_embeddings partial_rotary_factor sliding_window`,
  `${decoderIdle} resid_pdrop embd_pdrop attention_bias`,
);

/** `PaliGemmaConfig`. `vocab_size` is that of the text model once more. */
export const paliGemmaFields = fieldsOf(
  `vision_config text_config image_token_index image_token_id projection_dim tie_word_embeddings eos_token_id quantization_config`,
  "vocab_size hidden_size ignore_index pad_token_id bos_token_id",
);

/** `Gemma3Config`. What stands around a picture is read from the tokenizer. */
export const gemma3Fields = fieldsOf(
  `vision_config text_config image_token_index image_token_id mm_tokens_per_image tie_word_embeddings eos_token_id quantization_config`,
  "boi_token_index boi_token_id eoi_token_index eoi_token_id initializer_range pad_token_id bos_token_id",
);

/** `CLIPVisionConfig`. The files of LLaVA-1.5 hold a `vocab_size` as well. */
export const clipVisionFields = fieldsOf(
  `hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps
  quantization_config`,
  "projection_dim attention_dropout dropout initializer_range initializer_factor vocab_size",
);

/** `SiglipVisionConfig`. The pooling head that `vision_use_head` is about comes after the features. */
export const siglipVisionFields = fieldsOf(
  `hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps
  quantization_config`,
  "attention_dropout vision_use_head initializer_range initializer_factor projection_dim projector_hidden_act num_image_tokens vocab_size",
);

/** `PixtralVisionConfig`. Pictures have any size, and heads share the width; `rope_theta` is its field in transformers 4. */
export const pixtralVisionFields = fieldsOf(
  `hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels patch_size hidden_act rope_parameters rope_theta
  quantization_config`,
  "image_size head_dim attention_dropout initializer_range",
);

/** `Mistral3Config`. */
export const mistral3Fields: KnownFields = { ...llavaFields, ...fieldsOf("spatial_merge_size", "image_size") };

/** `Idefics3VisionConfig` and `SmolVLMVisionConfig`. Published files repeat here what the processor does, and name training settings. */
export const idefics3VisionFields = fieldsOf(
  `hidden_size intermediate_size num_hidden_layers num_attention_heads num_channels image_size patch_size hidden_act layer_norm_eps
  quantization_config`,
  "attention_dropout initializer_range use_base_siglip max_image_size size tie_word_embeddings",
);

/** `Idefics3Config` and `SmolVLMConfig`. Sizes beside the sections are those of the text model in published files. */
export const idefics3Fields = fieldsOf(
  "vision_config text_config image_token_id scale_factor tie_word_embeddings eos_token_id quantization_config",
  "use_cache pad_token_id bos_token_id use_reentrant_checkpointing",
);

/** `MllamaConfig`. */
export const mllamaFields = fieldsOf(
  "vision_config text_config image_token_index image_token_id eos_token_id quantization_config",
  "tie_word_embeddings bos_token_id pad_token_id",
);

/** `MllamaTextConfig`; `rope_theta` and `rope_scaling` are its fields in transformers 4. The head of the class is never tied. */
export const mllamaTextFields = fieldsOf(
  `vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads hidden_act
  max_position_embeddings rms_norm_eps rope_parameters rope_scaling rope_theta cross_attention_layers eos_token_id quantization_config`,
  "tie_word_embeddings initializer_range use_cache pad_token_id bos_token_id dropout",
);

/** `MllamaVisionConfig`. */
export const mllamaVisionFields = fieldsOf(
  `hidden_size hidden_act num_hidden_layers num_global_layers attention_heads num_attention_heads num_channels intermediate_size
  vision_output_dim image_size patch_size norm_eps max_num_tiles intermediate_layers_indices supported_aspect_ratios quantization_config`,
  "initializer_range",
);

/** What every configuration may hold: `PreTrainedConfig` of transformers 5.24 and 4.57, and the generation settings of older files. */
export const commonFields = fieldsOf(
  "model_type architectures",
  `transformers_version dtype torch_dtype auto_map attn_implementation name_or_path
  output_hidden_states output_attentions return_dict chunk_size_feed_forward is_encoder_decoder is_decoder cross_attention_hidden_size
  add_cross_attention tie_encoder_decoder id2label label2id num_labels problem_type finetuning_task task_specific_params tokenizer_class
  prefix sep_token_id torchscript use_bfloat16 tf_legacy_loss pruned_heads
  ${[...fieldUses.keys()].join(" ")}`,
);
