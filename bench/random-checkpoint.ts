/** @file Makes a checkpoint of any size with random f16 weights in a folder: speed and memory do not depend on what the weights are. */
import { cp, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Sizes of a checkpoint. */
export interface ModelSizes {
  readonly vision: Readonly<Record<"width" | "layers" | "heads" | "intermediate" | "image" | "patch", number>>;
  readonly language: Readonly<
    Record<"width" | "layers" | "heads" | "keyValueHeads" | "intermediate" | "vocabulary", number>
  >;
}

/** CLIP ViT-L/14-336 with a Llama of 1.1 G parameters in all. */
export const bigModel: ModelSizes = {
  vision: { width: 1024, layers: 24, heads: 16, intermediate: 4096, image: 336, patch: 14 },
  language: { width: 2048, layers: 16, heads: 16, keyValueHeads: 4, intermediate: 5632, vocabulary: 32_064 },
};

type Shapes = [name: string, dims: readonly number[]][];

function visionShapes({ vision }: ModelSizes): Shapes {
  const { width, layers, intermediate, image, patch } = vision;
  const root = "vision_tower.vision_model.";
  const linear = (name: string, to: number, from: number): Shapes => [
    [`${name}.weight`, [to, from]],
    [`${name}.bias`, [to]],
  ];
  const norm = (name: string): Shapes => [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
  const shapes: Shapes = [
    [`${root}embeddings.class_embedding`, [width]],
    [`${root}embeddings.patch_embedding.weight`, [width, 3, patch, patch]],
    [`${root}embeddings.position_embedding.weight`, [(image / patch) ** 2 + 1, width]],
    ...norm(`${root}pre_layrnorm`),
  ];
  for (let layer = 0; layer < layers; layer++) {
    const at = `${root}encoder.layers.${layer}.`;
    shapes.push(...norm(`${at}layer_norm1`), ...norm(`${at}layer_norm2`));
    for (const part of ["q_proj", "k_proj", "v_proj", "out_proj"])
      shapes.push(...linear(`${at}self_attn.${part}`, width, width));
    shapes.push(...linear(`${at}mlp.fc1`, intermediate, width), ...linear(`${at}mlp.fc2`, width, intermediate));
  }
  return shapes;
}

function languageShapes({ language }: ModelSizes): Shapes {
  const { width, layers, heads, keyValueHeads, intermediate, vocabulary } = language;
  const kv = (width / heads) * keyValueHeads;
  const shapes: Shapes = [
    ["language_model.lm_head.weight", [vocabulary, width]],
    ["language_model.model.embed_tokens.weight", [vocabulary, width]],
    ["language_model.model.norm.weight", [width]],
  ];
  for (let layer = 0; layer < layers; layer++) {
    const at = `language_model.model.layers.${layer}.`;
    shapes.push(
      [`${at}input_layernorm.weight`, [width]],
      [`${at}post_attention_layernorm.weight`, [width]],
      [`${at}self_attn.q_proj.weight`, [width, width]],
      [`${at}self_attn.k_proj.weight`, [kv, width]],
      [`${at}self_attn.v_proj.weight`, [kv, width]],
      [`${at}self_attn.o_proj.weight`, [width, width]],
      [`${at}mlp.gate_proj.weight`, [intermediate, width]],
      [`${at}mlp.up_proj.weight`, [intermediate, width]],
      [`${at}mlp.down_proj.weight`, [width, intermediate]],
    );
  }
  return shapes;
}

function projectorShapes({ vision, language }: ModelSizes): Shapes {
  const { width } = language;
  return [
    ["multi_modal_projector.linear_1.weight", [width, vision.width]],
    ["multi_modal_projector.linear_1.bias", [width]],
    ["multi_modal_projector.linear_2.weight", [width, width]],
    ["multi_modal_projector.linear_2.bias", [width]],
  ];
}

const numbersOf = (dims: readonly number[]) => dims.reduce((product, size) => product * size, 1);

/** Weights that a decoded token reads: every layer, the last norm and the head, but one row of the embedding table. */
export function languageWeightNumbers(sizes: ModelSizes): number {
  return languageShapes(sizes)
    .filter(([name]) => !name.includes("embed_tokens"))
    .reduce((sum, [, dims]) => sum + numbersOf(dims), 0);
}

/** Half-precision numbers in about (-0.03, 0.03): small enough that thirty layers of them neither vanish nor overflow. */
function randomHalves(count: number): Uint16Array {
  const halves = new Uint16Array(count);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const sign = (state >>> 31) << 15;
    const exponent = 7 + ((state >>> 28) & 3);
    halves[i] = sign | (exponent << 10) | ((state >>> 8) & 0x3ff);
  }
  return halves;
}

/** Writes random f16 weights of these names and shapes as one safetensors file. */
export async function writeWeights(path: string, shapes: Shapes): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let offset = 0;
  for (const [name, dims] of shapes) {
    const end = offset + 2 * numbersOf(dims);
    header[name] = { dtype: "F16", shape: dims, data_offsets: [offset, end] };
    offset = end;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const random = randomHalves(8 * 1024 * 1024);
  const ones = new Uint16Array(8192).fill(0x3c00);
  const file = await open(path, "w");
  try {
    await file.write(length);
    await file.write(text);
    for (const [name, dims] of shapes) {
      const source = /norm\d?\.weight$/.test(name) ? ones : random;
      for (let left = numbersOf(dims); left > 0; left -= source.length) {
        const count = Math.min(left, source.length);
        await file.write(new Uint8Array(source.buffer, 0, 2 * count));
      }
    }
  } finally {
    await file.close();
  }
}

/** Writes the checkpoint into `folder`; tokenizer and template are the demo model's, so that any prompt can be encoded. */
export async function makeCheckpoint(folder: string, sizes: ModelSizes, demoCheckpoint: string): Promise<void> {
  const { vision, language } = sizes;
  await mkdir(folder, { recursive: true });
  for (const file of ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"]) {
    await cp(join(demoCheckpoint, file), join(folder, file));
  }
  const json = (file: string, value: unknown) => writeFile(join(folder, file), JSON.stringify(value));
  await json("generation_config.json", { eos_token_id: 2 });
  await json("processor_config.json", {
    image_processor: {
      image_processor_type: "CLIPImageProcessor",
      crop_size: { height: vision.image, width: vision.image },
      size: { shortest_edge: vision.image },
    },
    image_token: "<image>",
    patch_size: vision.patch,
    processor_class: "LlavaProcessor",
  });
  await json("config.json", {
    architectures: ["LlavaForConditionalGeneration"],
    model_type: "llava",
    image_token_index: 620,
    text_config: {
      model_type: "llama",
      hidden_size: language.width,
      num_hidden_layers: language.layers,
      num_attention_heads: language.heads,
      num_key_value_heads: language.keyValueHeads,
      intermediate_size: language.intermediate,
      vocab_size: language.vocabulary,
      rms_norm_eps: 1e-5,
    },
    vision_config: {
      model_type: "clip_vision_model",
      hidden_size: vision.width,
      num_hidden_layers: vision.layers,
      num_attention_heads: vision.heads,
      intermediate_size: vision.intermediate,
      image_size: vision.image,
      patch_size: vision.patch,
    },
  });
  const shapes = [...visionShapes(sizes), ...projectorShapes(sizes), ...languageShapes(sizes)];
  await writeWeights(join(folder, "model.safetensors"), shapes);
}
