/**
 * @file What the weights' file holds decides. Ids are those of transformers 5.24.0 with torch 2.13.0 (`LlavaForConditionalGeneration`,
 * eager attention, f32) for the fixture llava-clip-llama-f32 with the same change.
 */
import { describe, expect, test } from "vitest";
import { answerOf, changedCheckpoint, type Changes, type Json } from "./support/changed-checkpoint.ts";
import { parityCases, loadParityModel, openParityCase } from "./support/parity-case.ts";
import type { StoredTensor } from "./support/stored-safetensors.ts";

const head = "language_model.lm_head.weight";
const embedding = "language_model.model.embed_tokens.weight";
const ownHead = [363, 314, 104, 308];
const embeddingsAsHead = [413, 413, 413, 413];

const textOf = (config: Json) => config.text_config as Json;
const answer = async (changes: Changes) => answerOf(await changedCheckpoint(changes));
const tie = (config: Json) => {
  config.tie_word_embeddings = true;
  textOf(config).tie_word_embeddings = true;
};

describe("the output head", () => {
  test.each<[string, (config: Json) => void]>([
    ["in text_config", (config) => (textOf(config).tie_word_embeddings = true)],
    ["at the top level", (config) => (config.tie_word_embeddings = true)],
    ["in both places", tie],
  ])("is the stored one where it differs from the embeddings, though a flag %s ties them", async (_, change) => {
    const { ids, warnings } = await answer({ json: { "config.json": change } });
    expect(ids).toEqual(ownHead);
    expect(warnings.filter((sentence) => !sentence.includes("what the weights hold decides"))).toEqual([
      `config.json says that the output head shares the embeddings (tie_word_embeddings is true), but the stored "${head}" differs from "${embedding}"; the stored head is used.`,
    ]);
  });

  test("is the embeddings where it equals them or is not stored, without a warning", async () => {
    const json = { "config.json": tie };
    const copy = (tensors: Map<string, StoredTensor>) => tensors.set(head, tensors.get(embedding)!);
    expect(await answer({ json, tensors: copy })).toEqual({ ids: embeddingsAsHead, warnings: [] });
    expect(await answer({ json, tensors: (tensors) => tensors.delete(head) })).toEqual({
      ids: embeddingsAsHead,
      warnings: [],
    });
  });

  test("gives its matrix to the embeddings where only the head is stored", async () => {
    const changes: Changes = { json: { "config.json": tie }, tensors: (tensors) => tensors.delete(embedding) };
    expect((await answer(changes)).ids).toEqual([273, 71, 25, 246]);
  });

  test.each([head, embedding])("must be stored, as the embeddings, where nothing ties them: %s", async (name) => {
    await expect(answer({ tensors: (tensors) => tensors.delete(name) })).rejects.toThrow(`"${name}"`);
  });
});

describe("two names of one weight", () => {
  // transformers takes the one that comes last, without a word.
  test.each([
    ["lm_head.weight", head],
    ["model.language_model.layers.1.mlp.up_proj.weight", "language_model.model.layers.1.mlp.up_proj.weight"],
    ["model.vision_tower.embeddings.class_embedding", "vision_tower.embeddings.class_embedding"],
  ])("are refused where they hold different numbers: %s", async (other, name) => {
    const differ = (tensors: Map<string, StoredTensor>) => {
      const stored = tensors.get(name)!;
      tensors.set(other, { ...stored, values: stored.values.map((value) => 2 * value) });
    };
    await expect(answer({ tensors: differ })).rejects.toThrow(
      /"[\w.]+" and "[\w.]+" are two names of one weight, but hold different numbers/,
    );
  });

  test("are one where they hold the same", async () => {
    const same = (tensors: Map<string, StoredTensor>) => tensors.set("lm_head.weight", tensors.get(head)!);
    expect(await answer({ tensors: same })).toEqual({ ids: ownHead, warnings: [] });
  });
});

describe("what is stored and not asked for", () => {
  test("more layers than the configuration asks for are named", async () => {
    const { ids, warnings } = await answer({
      json: { "config.json": (config) => (textOf(config).num_hidden_layers = 1) },
    });
    expect(ids).toEqual([351, 4, 482, 414]);
    expect(warnings).toEqual([
      'The weights hold 2 layers under "language_model.model.layers", but config.json asks for 1 (num_hidden_layers); the first 1 are used.',
    ]);
  });

  test("more layers of the tower are named, and the features are counted from those that are asked for", async () => {
    const change = (config: Json) => ((config.vision_config as Json).num_hidden_layers = 2);
    const { ids, warnings } = await answer({ json: { "config.json": change } });
    expect(ids).toEqual([363, 314, 149, 102]);
    expect(warnings).toEqual([expect.stringMatching(/^The weights hold 3 layers under "vision_tower.+ asks for 2/)]);
  });

  test("a bias that the configuration leaves out is refused", async () => {
    const name = "language_model.model.layers.0.self_attn.q_proj.bias";
    const add = (tensors: Map<string, StoredTensor>) =>
      tensors.set(name, { name, type: "F32", dims: [32], values: new Float32Array(32).fill(0.3) });
    await expect(answer({ tensors: add })).rejects.toThrow(
      `The weights hold "${name}", but config.json asks for no bias`,
    );
  });

  test("a bias that no flag is about is named as what nothing reads", async () => {
    const name = "vision_tower.vision_model.embeddings.patch_embedding.bias";
    const add = (tensors: Map<string, StoredTensor>) =>
      tensors.set(name, { name, type: "F32", dims: [32], values: new Float32Array(32).fill(0.3) });
    const { ids, warnings } = await answer({ tensors: add });
    expect(ids).toEqual(ownHead);
    expect(warnings).toEqual([`The weights hold tensors that this model does not use: "${name}".`]);
  });

  test("tensors that nothing reads are named, but for buffers and parts after the features", async () => {
    const tensor = { type: "F32", dims: [1], values: Float32Array.of(1) } as const;
    const add = (tensors: Map<string, StoredTensor>) => {
      for (const name of [
        "visual_projection.weight",
        "language_model.model.layers.0.self_attn.rotary_emb.inv_freq",
        "vision_tower.vision_model.post_layernorm.weight",
      ]) {
        tensors.set(name, { name, ...tensor });
      }
    };
    const { ids, warnings } = await answer({ tensors: add });
    expect(ids).toEqual(ownHead);
    expect(warnings).toEqual(['The weights hold tensors that this model does not use: "visual_projection.weight".']);
  });

  test.each<[string, (config: Json) => void, string]>([
    [
      "rows of the vocabulary",
      (config) => (textOf(config).vocab_size = 480),
      "has shape [491, 32], but config.json asks for [480, 32]",
    ],
    ["the width", (config) => (textOf(config).hidden_size = 36), "but config.json asks for"],
    [
      "the perceptron",
      (config) => (textOf(config).intermediate_size = 60),
      "has shape [64, 32], but config.json asks for [60, 32]",
    ],
    [
      "heads of keys",
      (config) => (textOf(config).num_key_value_heads = 2),
      "has shape [32, 32], but config.json asks for [16, 32]",
    ],
    [
      "positions of the tower",
      (config) => ((config.vision_config as Json).patch_size = 10),
      "but config.json asks for",
    ],
    ["layers of the tower", (config) => ((config.vision_config as Json).num_hidden_layers = 4), "layers.3"],
  ])("shapes that the configuration gives otherwise are refused: %s", async (_, change, message) => {
    await expect(answer({ json: { "config.json": change } })).rejects.toThrow(message);
  });
});

test("a tokenizer with more tokens than the vocabulary has rows is named", async () => {
  const cut = (tensors: Map<string, StoredTensor>) => {
    for (const name of [head, embedding]) {
      const tensor = tensors.get(name)!;
      tensors.set(name, { ...tensor, dims: [486, 32], values: tensor.values.subarray(0, 486 * 32) });
    }
  };
  const change = (config: Json) => (textOf(config).vocab_size = 486);
  const { warnings } = await answer({ json: { "config.json": change }, tensors: cut });
  expect(warnings).toEqual([
    "The tokenizer has 491 tokens, but the model's vocabulary has 486 (vocab_size in config.json); text with one of the last 4 cannot be asked about.",
  ]);
});

test.each(parityCases)("nothing is said of %s, whose files agree", async (name) => {
  const model = await loadParityModel(await openParityCase(name));
  expect(model.checkpoint.warnings).toEqual([]);
});
