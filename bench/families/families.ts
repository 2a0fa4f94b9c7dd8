/**
 * @file The families that are measured: what the configuration of each fixture is changed by, so that it has the sizes of a published model
 * of about two thousand million parameters, with 8 layers of text and few of vision.
 */

/** Fields that are set in a JSON object; objects within it are changed field by field. */
export type Changes = Readonly<Record<string, unknown>>;

export interface Family {
  /** Of test/fixtures: its tokenizer, template and everything that is not changed. */
  readonly fixture: string;
  readonly text: Changes;
  readonly vision: Changes;
  /** Of config.json outside of both. */
  readonly config?: Changes;
  readonly imageProcessor: Changes;
  /** Of the processor outside of its image processor. */
  readonly processor?: Changes;
}

/** Every vocabulary is cut, so that the weights of one family are on the disk within seconds. */
const text = (
  width: number,
  intermediate: number,
  [heads, keyValueHeads, head]: readonly [number, number, number],
) => ({
  ...{ hidden_size: width, intermediate_size: intermediate, num_hidden_layers: 8, vocab_size: 32_064 },
  ...{ num_attention_heads: heads, num_key_value_heads: keyValueHeads, head_dim: head },
  ...{ max_position_embeddings: 32_768 },
});
const full = (layers: number) => Array<string>(layers).fill("full_attention");

/** Llama 3.2 1B. */
const llama = text(2048, 8192, [32, 8, 64]);
/** The language model of SmolVLM 2.2B. */
const smolLm = text(2048, 8192, [32, 32, 64]);
/** Qwen2 1.5B. */
const qwen2 = { ...text(1536, 8960, [12, 2, 128]), layer_types: full(8) };
/** The language model of Qwen2.5-VL 3B. */
const qwen25 = { ...text(2048, 11_008, [16, 2, 128]), layer_types: full(8) };
const qwen3 = text(2048, 6144, [16, 8, 128]);
/** The language model of PaliGemma 3B. */
const gemma = text(2048, 16_384, [8, 1, 256]);
/** The language model of Gemma 3 4B: every sixth layer sees everything. */
const gemma3 = {
  ...text(2560, 10_240, [8, 4, 256]),
  ...{ sliding_window: 1024, query_pre_attn_scalar: 256 },
  layer_types: full(8).map((kind, layer) => (layer % 6 === 5 ? kind : "sliding_attention")),
};

const tower = (width: number, intermediate: number, heads: number) => ({
  ...{ hidden_size: width, intermediate_size: intermediate, num_attention_heads: heads, num_hidden_layers: 4 },
});
const clip = { ...tower(1024, 4096, 16), image_size: 336, patch_size: 14 };
const siglip = (side: number) => ({ ...tower(1152, 4304, 16), image_size: side, patch_size: 14 });
const qwenTower = { depth: 4, num_heads: 16, patch_size: 14 };

const square = (side: number) => ({ height: side, width: side });
const clipProcessor = { size: { shortest_edge: 336 }, crop_size: square(336) };
/** Areas in pixels. */
const areas = (shortest: number, longest: number) => ({ size: { shortest_edge: shortest, longest_edge: longest } });

const nextGrids = [
  [336, 672],
  [672, 336],
  [672, 672],
  [1008, 336],
  [336, 1008],
];
const multiples = [1, 2, 3, 4, 5, 6].map((times) => times * 384);
const onevisionGrids = multiples.flatMap((height) => multiples.map((width) => [height, width]));

export const families: Readonly<Record<string, Family>> = {
  llava: {
    fixture: "llava-clip-llama-f32",
    text: llama,
    vision: clip,
    imageProcessor: clipProcessor,
    processor: { patch_size: 14 },
  },
  "llava-next": {
    ...{ fixture: "llava-next", text: llama, vision: clip, config: { image_grid_pinpoints: nextGrids } },
    ...{ imageProcessor: { ...clipProcessor, image_grid_pinpoints: nextGrids }, processor: { patch_size: 14 } },
  },
  onevision: {
    ...{ fixture: "llava-onevision", text: qwen2, vision: siglip(384) },
    config: { image_grid_pinpoints: onevisionGrids },
    imageProcessor: { size: square(384), image_grid_pinpoints: onevisionGrids },
    processor: { num_image_tokens: 729 },
  },
  "qwen2-vl": {
    ...{ fixture: "qwen2-vl", text: { ...qwen2, rope_parameters: { mrope_section: [16, 24, 24] } } },
    vision: { ...qwenTower, embed_dim: 1280, hidden_size: 1536, mlp_ratio: 4 },
    imageProcessor: { ...areas(3136, 12_845_056), patch_size: 14 },
  },
  "qwen2.5-vl": {
    ...{ fixture: "qwen2.5-vl", text: { ...qwen25, rope_parameters: { mrope_section: [16, 24, 24] } } },
    vision: {
      ...{ ...qwenTower, hidden_size: 1280, intermediate_size: 3420, out_hidden_size: 2048 },
      ...{ window_size: 112, fullatt_block_indexes: [3] },
    },
    imageProcessor: { ...areas(3136, 12_845_056), patch_size: 14 },
  },
  "qwen3-vl": {
    ...{ fixture: "qwen3-vl", text: { ...qwen3, rope_parameters: { mrope_section: [24, 20, 20] } } },
    vision: {
      ...{ ...qwenTower, patch_size: 16, hidden_size: 1024, intermediate_size: 4096, out_hidden_size: 2048 },
      ...{ num_position_embeddings: 2304, deepstack_visual_indexes: [0, 1, 2] },
    },
    imageProcessor: { ...areas(65_536, 16_777_216), patch_size: 16 },
  },
  internvl: {
    ...{ fixture: "internvl", text: qwen2, config: { image_seq_length: 256 } },
    vision: { ...tower(1024, 4096, 16), image_size: [448, 448], patch_size: [14, 14] },
    ...{ imageProcessor: { size: square(448), max_patches: 12 }, processor: { image_seq_length: 256 } },
  },
  smolvlm: {
    ...{ fixture: "smolvlm", text: smolLm, vision: siglip(384), config: { scale_factor: 3 } },
    imageProcessor: { max_image_size: { longest_edge: 384 }, size: { longest_edge: 1536 } },
    processor: { image_seq_len: 81 },
  },
  paligemma: {
    ...{
      fixture: "paligemma",
      text: { ...gemma, num_image_tokens: 256 },
      vision: { ...siglip(224), projection_dim: 2048 },
    },
    config: { hidden_size: 2048, projection_dim: 2048 },
    imageProcessor: { size: square(224), image_seq_length: 256 },
  },
  gemma3: {
    ...{ fixture: "gemma3", text: gemma3, vision: siglip(896), config: { mm_tokens_per_image: 256 } },
    ...{ imageProcessor: { size: square(896) }, processor: { image_seq_length: 256 } },
  },
  mllama: {
    fixture: "mllama",
    text: { ...llama, cross_attention_layers: [3], rope_parameters: { original_max_position_embeddings: 8192 } },
    vision: {
      ...{ hidden_size: 1280, intermediate_size: 5120, attention_heads: 16, image_size: 560, patch_size: 14 },
      ...{ num_hidden_layers: 5, num_global_layers: 1, intermediate_layers_indices: [0, 1, 2, 3, 4] },
      ...{ max_num_tiles: 4, vision_output_dim: 7680 },
      supported_aspect_ratios: [
        ...[1, 2, 3, 4].map((width) => [1, width]),
        ...[1, 2].map((width) => [2, width]),
        ...[3, 4].map((height) => [height, 1]),
      ],
    },
    imageProcessor: { size: square(560), max_image_tiles: 4 },
  },
};
