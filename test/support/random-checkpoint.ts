/** @file Writes a tiny LLaVA checkpoint of any sizes with random weights, so that tests reach shapes that no fixture has. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";
import { openCheckpoint } from "../../src/checkpoint-folder/open.ts";
import type { Activation, Checkpoint } from "../../src/checkpoint/types.ts";
import { loadModel, type LoadOptions } from "../../src/local-model/load-model.ts";
import type { HostedModel } from "../../src/explain/host.ts";
import { seededRandom } from "../../src/tensor/random.ts";
import { fixturesFolder } from "./parity-case.ts";
import { writeStoredSafetensors, type StoredTensor, type StoredType } from "./stored-safetensors.ts";

/** Sizes and switches, by the names of config.json. */
interface RandomSizes {
  readonly seed: number;
  readonly tower: "clip" | "siglip";
  readonly vision: {
    readonly hidden_size: number;
    readonly intermediate_size: number;
    readonly num_hidden_layers: number;
    readonly num_attention_heads: number;
    readonly image_size: number;
    readonly patch_size: number;
    readonly hidden_act: Activation;
  };
  readonly text: {
    readonly vocab_size: number;
    readonly hidden_size: number;
    readonly intermediate_size: number;
    readonly num_hidden_layers: number;
    readonly num_attention_heads: number;
    readonly num_key_value_heads: number;
    readonly head_dim: number;
    readonly hidden_act: Activation;
    readonly max_position_embeddings: number;
    readonly attention_bias: boolean;
    readonly mlp_bias: boolean;
    readonly tie_word_embeddings: boolean;
    readonly rope_parameters: Readonly<Record<string, number | string>>;
  };
  readonly vision_feature_layer: number;
  readonly multimodal_projector_bias: boolean;
  readonly projector_hidden_act: Activation;
  /** Storage type of a tensor. */
  readonly typeOf: (name: string) => StoredType;
  /** Changes the numbers of a tensor after they are drawn. */
  readonly adjust: (name: string, values: Float32Array) => void;
}

/** Overrides of single sizes. */
export type RandomOverrides = Partial<Omit<RandomSizes, "vision" | "text">> & {
  readonly vision?: Partial<RandomSizes["vision"]>;
  readonly text?: Partial<RandomSizes["text"]>;
};

const tokenizerFixture = { clip: "llava-clip-llama-f32", siglip: "llava-siglip-llama3-gqa" } as const;

function sizesOf(overrides: RandomOverrides): RandomSizes {
  const tower = overrides.tower ?? "clip";
  return {
    seed: 1,
    tower,
    vision_feature_layer: -2,
    multimodal_projector_bias: true,
    projector_hidden_act: "gelu",
    typeOf: () => "F32",
    adjust: () => undefined,
    ...overrides,
    vision: {
      hidden_size: 16,
      intermediate_size: 24,
      num_hidden_layers: 3,
      num_attention_heads: 2,
      image_size: 20,
      patch_size: 5,
      hidden_act: "quick_gelu",
      ...overrides.vision,
    },
    text: {
      vocab_size: tower === "clip" ? 491 : 438,
      hidden_size: 24,
      intermediate_size: 40,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      num_key_value_heads: 2,
      head_dim: 6,
      hidden_act: "silu",
      max_position_embeddings: 256,
      attention_bias: false,
      mlp_bias: false,
      tie_word_embeddings: false,
      rope_parameters: { rope_type: "default", rope_theta: 10000 },
      ...overrides.text,
    },
  };
}

type Shape = readonly [name: string, ...dims: number[]];

function linearShapes(name: string, [to, from]: readonly [number, number], bias: boolean): Shape[] {
  return bias
    ? [
        [`${name}.weight`, to, from],
        [`${name}.bias`, to],
      ]
    : [[`${name}.weight`, to, from]];
}

function normShapes(name: string, width: number): Shape[] {
  return [
    [`${name}.weight`, width],
    [`${name}.bias`, width],
  ];
}

function visionShapes({ tower, vision }: RandomSizes): Shape[] {
  const { hidden_size: width, intermediate_size: wide, patch_size: patch } = vision;
  const patches = Math.floor(vision.image_size / patch) ** 2;
  const at = (tail: string) => `vision_tower.${tail}`;
  const own: Shape[] =
    tower === "clip"
      ? [[at("embeddings.class_embedding"), width], ...normShapes(at("pre_layrnorm"), width)]
      : [[at("embeddings.patch_embedding.bias"), width]];
  const layers = Array.from({ length: vision.num_hidden_layers }, (_, layer): Shape[] => {
    const part = (tail: string) => at(`encoder.layers.${layer}.${tail}`);
    return [
      ...["layer_norm1", "layer_norm2"].flatMap((norm) => normShapes(part(norm), width)),
      ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((name) =>
        linearShapes(part(`self_attn.${name}`), [width, width], true),
      ),
      ...linearShapes(part("mlp.fc1"), [wide, width], true),
      ...linearShapes(part("mlp.fc2"), [width, wide], true),
    ];
  });
  return [
    ...own,
    [at("embeddings.patch_embedding.weight"), width, 3, patch, patch],
    [at("embeddings.position_embedding.weight"), patches + (tower === "clip" ? 1 : 0), width],
    ...layers.flat(),
  ];
}

function textShapes({ text }: RandomSizes): Shape[] {
  const { hidden_size: width, intermediate_size: wide, head_dim: head, attention_bias: bias, mlp_bias: mlp } = text;
  const queries = text.num_attention_heads * head;
  const keys = text.num_key_value_heads * head;
  const layers = Array.from({ length: text.num_hidden_layers }, (_, layer): Shape[] => {
    const part = (tail: string) => `language_model.model.layers.${layer}.${tail}`;
    return [
      [part("input_layernorm.weight"), width],
      [part("post_attention_layernorm.weight"), width],
      ...linearShapes(part("self_attn.q_proj"), [queries, width], bias),
      ...linearShapes(part("self_attn.k_proj"), [keys, width], bias),
      ...linearShapes(part("self_attn.v_proj"), [keys, width], bias),
      ...linearShapes(part("self_attn.o_proj"), [width, queries], bias),
      ...linearShapes(part("mlp.gate_proj"), [wide, width], mlp),
      ...linearShapes(part("mlp.up_proj"), [wide, width], mlp),
      ...linearShapes(part("mlp.down_proj"), [width, wide], mlp),
    ];
  });
  const head_: Shape[] = text.tie_word_embeddings ? [] : [["language_model.lm_head.weight", text.vocab_size, width]];
  return [
    ["language_model.model.embed_tokens.weight", text.vocab_size, width],
    ...layers.flat(),
    ["language_model.model.norm.weight", width],
    ...head_,
  ];
}

function randomTensors(sizes: RandomSizes): StoredTensor[] {
  const random = seededRandom(sizes.seed);
  const projectorShapes = [
    ...linearShapes(
      "multi_modal_projector.linear_1",
      [sizes.text.hidden_size, sizes.vision.hidden_size],
      sizes.multimodal_projector_bias,
    ),
    ...linearShapes(
      "multi_modal_projector.linear_2",
      [sizes.text.hidden_size, sizes.text.hidden_size],
      sizes.multimodal_projector_bias,
    ),
  ];
  return [...visionShapes(sizes), ...projectorShapes, ...textShapes(sizes)].map(([name, ...dims]) => {
    const count = dims.reduce((product, size) => product * size, 1);
    const fanIn = dims.length === 1 ? 12 : count / dims[0]!;
    const scale = /embed_tokens|class_embedding|position/.test(name) ? 1 : Math.sqrt(6 / fanIn);
    const middle = /norm\d?\.weight$/.test(name) ? 1 : 0;
    const values = Float32Array.from({ length: count }, () => middle + scale * (2 * random() - 1));
    sizes.adjust(name, values);
    return { name, type: sizes.typeOf(name), dims, values };
  });
}

async function writeProcessor(folder: string, fixture: string, { tower, vision }: RandomSizes): Promise<void> {
  const json = JSON.parse(await readFile(join(fixture, "processor_config.json"), "utf8")) as {
    image_processor: Record<string, unknown>;
  };
  const { image_size: side } = vision;
  json.image_processor.size = tower === "clip" ? { shortest_edge: side } : { height: side, width: side };
  if (tower === "clip") json.image_processor.crop_size = { height: side, width: side };
  await writeFile(join(folder, "processor_config.json"), JSON.stringify(json));
}

/** A random checkpoint on disk. */
export interface RandomCheckpoint {
  readonly folder: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Writes the checkpoint into a new folder; the same overrides give the same bytes. */
export async function writeRandomCheckpoint(overrides: RandomOverrides = {}): Promise<RandomCheckpoint> {
  const sizes = sizesOf(overrides);
  const folder = join(temporaryFolder(), "checkpoint");
  await mkdir(folder);
  const fixture = join(fixturesFolder, tokenizerFixture[sizes.tower], "checkpoint");
  for (const file of ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"]) {
    await copyFile(join(fixture, file), join(folder, file));
  }
  await writeProcessor(folder, fixture, sizes);
  const config = {
    model_type: "llava",
    architectures: ["LlavaForConditionalGeneration"],
    image_token_index: sizes.tower === "clip" ? 489 : 437,
    vision_config: { model_type: `${sizes.tower}_vision_model`, num_channels: 3, ...sizes.vision },
    text_config: { model_type: "llama", rms_norm_eps: 1e-5, ...sizes.text },
    vision_feature_layer: sizes.vision_feature_layer,
    vision_feature_select_strategy: sizes.tower === "clip" ? "default" : "full",
    multimodal_projector_bias: sizes.multimodal_projector_bias,
    projector_hidden_act: sizes.projector_hidden_act,
    tie_word_embeddings: sizes.text.tie_word_embeddings,
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const tensors = randomTensors(sizes);
  await writeStoredSafetensors(join(folder, "model.safetensors"), tensors);
  return { folder, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
}

export async function openRandomCheckpoint(overrides: RandomOverrides = {}): Promise<Checkpoint> {
  return openCheckpoint((await writeRandomCheckpoint(overrides)).folder);
}

/** A checkpoint opened for work, with a cache folder of its own unless `options` name one. */
export async function loadRandomModel(
  overrides: RandomOverrides = {},
  options: Partial<LoadOptions> = {},
): Promise<HostedModel> {
  const checkpoint = await openRandomCheckpoint(overrides);
  return loadModel(checkpoint, {
    cacheFolder: temporaryFolder(),
    maxMemoryBytes: 2 ** 32,
    ...options,
  });
}
