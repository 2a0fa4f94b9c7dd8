/** @file Tests of what a checkpoint says of generating: stop tokens, rules, sampling, and warnings about what is not applied. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readGenerationSettings } from "./generation-config.ts";
import type { GenerationSettings } from "./types.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import { diskFolder } from "../files/disk-folder.ts";

const tokenizer = { eosToken: "</s>", idOf: (token: string) => (token === "</s>" ? 42 : undefined) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "generation-"));
});
afterEach(() => rm(folder, { recursive: true }));

type Named = Pick<Tokenizer, "eosToken" | "idOf">;

/** The settings, and the warnings beside them. */
async function read(
  generation: unknown,
  modelConfig: unknown = {},
  named: Named = tokenizer,
): Promise<GenerationSettings & { readonly warnings: readonly string[] }> {
  if (generation !== undefined) await writeFile(join(folder, "generation_config.json"), JSON.stringify(generation));
  const warnings: string[] = [];
  const sources = { modelConfig, tokenizer: named, vocabulary: 100, warn: (text: string) => warnings.push(text) };
  return { ...(await readGenerationSettings(diskFolder(folder), sources)), warnings };
}

async function stopTokens(generation: unknown, modelConfig: unknown = {}): Promise<readonly number[]> {
  return (await read(generation, modelConfig)).stopTokenIds;
}

describe("stop tokens", () => {
  it("reads a number or a list, each id once", async () => {
    expect(await stopTokens({ eos_token_id: 2 }, { eos_token_id: 9 })).toEqual([2]);
    expect(await stopTokens({ eos_token_id: [7, 0, 7] })).toEqual([7, 0]);
  });

  it("falls back to config.json, its text_config, and the tokenizer, in this order", async () => {
    expect(await stopTokens(undefined, { eos_token_id: 3, text_config: { eos_token_id: 4 } })).toEqual([3]);
    expect(await stopTokens({ eos_token_id: null }, { text_config: { eos_token_id: [4, 5] } })).toEqual([4, 5]);
    expect(await stopTokens({ do_sample: true }, { text_config: null })).toEqual([42]);
  });

  it("is empty where nothing names a stop token", async () => {
    const none = { eosToken: undefined, idOf: () => undefined };
    expect((await read(undefined, {}, none)).stopTokenIds).toEqual([]);
  });

  it.each([
    [-1, "eos_token_id is -1, expected a whole number"],
    [1.5, "eos_token_id is 1.5, expected"],
    ["2", 'eos_token_id is "2", expected a token id or a list of token ids'],
    [[2, null], "expected a"],
    [{}, "eos_token_id is {}, expected a token id or a list of token ids"],
  ])("refuses %j", async (eos, message) => {
    await expect(stopTokens({ eos_token_id: eos })).rejects.toThrow(`${join(folder, "generation_config.json")}: `);
    await expect(stopTokens({ eos_token_id: eos })).rejects.toThrow(message);
  });
});

describe("stop tokens that generation_config.json does not name", () => {
  it("are told of, since transformers would go on", async () => {
    const said = (await read({}, { eos_token_id: 3 })).warnings;
    expect(said).toEqual([
      "generation_config.json names no eos_token_id; answers end at 3, which config.json names, but transformers would go on.",
    ]);
    expect((await read({})).warnings[0]).toContain("answers end at 42, which the tokenizer names");
    expect((await read({ eos_token_id: 2 }, { eos_token_id: 3 })).warnings).toEqual([]);
  });

  it("are taken from config.json without a word where there is no such file", async () => {
    expect((await read(undefined, { eos_token_id: 3 })).warnings).toEqual([]);
  });
});

describe("rules", () => {
  it("are the fields that have an effect, by their names", async () => {
    const { rules } = await read({
      eos_token_id: 2,
      repetition_penalty: 1.05,
      no_repeat_ngram_size: 0,
      encoder_repetition_penalty: 1,
      suppress_tokens: [],
      bad_words_ids: null,
      min_length: 0,
      forced_eos_token_id: [2],
      temperature: 0.3,
      unknown_field: { a: 1 },
    });
    expect(rules).toEqual({ repetition_penalty: 1.05, forced_eos_token_id: [2] });
  });

  it("take a least number of new tokens before a least length, also where it is 0", async () => {
    expect((await read({ min_length: 9 })).rules).toEqual({ min_length: 9 });
    expect((await read({ min_length: 9, min_new_tokens: 0 })).rules).toEqual({});
    expect((await read({ min_length: 9, min_new_tokens: 2 })).rules).toEqual({ min_new_tokens: 2 });
  });

  it("come from config.json, then its language model, only where there is no generation_config.json", async () => {
    const legacy = {
      repetition_penalty: 1.3,
      no_repeat_ngram_size: null,
      text_config: { repetition_penalty: 1.9, no_repeat_ngram_size: 3, do_sample: true },
    };
    expect(await read(undefined, legacy)).toMatchObject({
      rules: { repetition_penalty: 1.3, no_repeat_ngram_size: 3 },
      sampling: { temperature: 1, topK: 50, topP: 1 },
      warnings: [],
    });
    const { rules, warnings } = await read({ eos_token_id: 2, no_repeat_ngram_size: 2 }, legacy);
    expect(rules).toEqual({ no_repeat_ngram_size: 2 });
    expect(warnings).toEqual([
      "config.json sets repetition_penalty to 1.3, but generation_config.json does not set it; the latter is used.",
      "config.json sets no_repeat_ngram_size to 3, but generation_config.json says 2; the latter is used.",
    ]);
  });

  it.each([
    [{ repetition_penalty: "1.2" }, 'repetition_penalty is "1.2", expected a positive number.'],
    [{ repetition_penalty: 0 }, "repetition_penalty is 0, expected a positive number."],
    [{ suppress_tokens: 5 }, "suppress_tokens is 5, expected a list of token ids."],
    [{ bad_words_ids: [5] }, "bad_words_ids.0 is 5, expected a list of token ids."],
    [{ sequence_bias: { "[1]": 2 } }, 'sequence_bias is {"[1]":2}, expected a list of pairs.'],
    [{ exponential_decay_length_penalty: [1] }, "expected"],
    [{ forced_bos_token_id: [1] }, "forced_bos_token_id is [1], expected a whole number"],
    [{ stop_strings: [""] }, "expected a text"],
    [{ min_new_tokens: 1.5 }, "min_new_tokens is 1.5, expected a whole number."],
    [{ bad_words_ids: [[1, 100]] }, "bad_words_ids names the token 100, but the model has the tokens 0 to 99"],
    [{ forced_eos_token_id: 300 }, "forced_eos_token_id names the token 300"],
    [
      { forced_eos_token_id: [2, 3], suppress_tokens: [3, 2] },
      "forced_eos_token_id forces [2,3], which suppress_tokens forbids",
    ],
    [[1], "the file is [1], expected an object."],
  ])("refuse %j", async (generation, message) => {
    await expect(read(generation)).rejects.toThrow(`${join(folder, "generation_config.json")}: `);
    await expect(read(generation)).rejects.toThrow(message);
  });
});

describe("sampling", () => {
  const filters = { min_p: 0.1, top_h: 0.4, typical_p: 0.9, epsilon_cutoff: 0.01, eta_cutoff: 0.02 };
  it("is that of the file, with the defaults of transformers", async () => {
    expect((await read({ do_sample: true })).sampling).toEqual({ temperature: 1, topK: 50, topP: 1 });
    expect((await read({ do_sample: true, temperature: 0.2, top_k: 0, top_p: 0.9, ...filters })).sampling).toEqual({
      ...{ temperature: 0.2, topK: 0, topP: 0.9, minP: 0.1, topH: 0.4 },
      ...{ typicalP: 0.9, epsilonCutoff: 0.01, etaCutoff: 0.02 },
    });
    expect((await read({ do_sample: true, typical_p: 1, epsilon_cutoff: 0, eta_cutoff: 0 })).sampling).toEqual({
      ...{ temperature: 1, topK: 50, topP: 1 },
    });
  });

  it("is greedy where the file does not ask to sample", async () => {
    expect((await read({ temperature: 0.2, top_p: 0.9 })).sampling).toEqual({ temperature: 0, topK: 0, topP: 1 });
    expect((await read({ do_sample: false, temperature: 0 })).sampling).toMatchObject({ temperature: 0 });
  });

  it("that cannot be used is not offered, and said", async () => {
    const { sampling, warnings } = await read({ eos_token_id: 2, do_sample: true, top_k: -1 });
    expect(sampling).toBeNull();
    expect(warnings).toEqual([
      "generation_config.json: top_k is -1, expected a whole number that is not negative; its sampling is not offered.",
    ]);
  });
});

describe("warnings", () => {
  it.each([
    [{ num_beams: 4 }, "num_beams to 4 (beam search)"],
    [{ penalty_alpha: 0.6 }, "penalty_alpha to 0.6 (contrastive search)"],
    [{ guidance_scale: 1.5 }, "guidance_scale to 1.5"],
    [{ dola_layers: "low" }, 'dola_layers to "low"'],
    [{ constraints: [] }, "constraints to []"],
    [{ force_words_ids: [[3]] }, "force_words_ids to [[3]]"],
    [{ watermarking_config: { bias: 2.5 } }, "watermarking_config to"],
    [{ token_healing: true }, "token_healing to true"],
    [{ max_time: 3 }, "max_time to 3"],
    [{ cache_implementation: "quantized" }, 'cache_implementation to "quantized"'],
    [{ forced_decoder_ids: [[1, 5]] }, "forced_decoder_ids to [[1,5]]"],
  ])("name %j", async (fields, said) => {
    const { warnings } = await read({ eos_token_id: 2, ...fields });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`generation_config.json sets ${said}`);
    expect(warnings[0]).toContain("which is not applied here.");
  });

  it("are silent on values that change nothing", async () => {
    const { warnings } = await read({
      ...{ eos_token_id: 2, num_beams: 1, penalty_alpha: 0, guidance_scale: 1, token_healing: false, max_time: null },
      ...{ cache_implementation: "static", num_beam_groups: 1, length_penalty: 2, max_length: 20, pad_token_id: 0 },
      ...{ do_sample: true, transformers_version: "5.24.0", chat_format: "chatml" },
    });
    expect(warnings).toEqual([]);
  });

  it("name config.json where the fields stand there", async () => {
    const { warnings } = await read(undefined, { text_config: { num_beams: 3 } });
    expect(warnings[0]).toContain("config.json sets num_beams to 3");
  });
});
