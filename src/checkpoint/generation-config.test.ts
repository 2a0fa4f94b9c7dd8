/** @file Tests of where stop tokens are found. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStopTokenIds } from "./generation-config.ts";

const tokenizer = { eosToken: "</s>", idOf: (token: string) => (token === "</s>" ? 42 : undefined) };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "generation-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function stopTokens(generation: unknown, modelConfig: unknown = {}): Promise<readonly number[]> {
  if (generation !== undefined) await writeFile(join(folder, "generation_config.json"), JSON.stringify(generation));
  return readStopTokenIds(folder, { modelConfig, tokenizer });
}

describe("readStopTokenIds", () => {
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
    expect(await readStopTokenIds(folder, { modelConfig: {}, tokenizer: none })).toEqual([]);
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
