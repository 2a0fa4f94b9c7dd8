import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openParityCase } from "../../test/support/parity-case.ts";
import { floatTensor } from "../tensor/tensor.ts";
import { meanRow, referenceWordRow, referenceWords, wordRow } from "./word-relevancy.ts";

describe("wordRow", () => {
  it("is the mean of the rows, each without its own position", () => {
    const rows = floatTensor([2, 3], Float32Array.of(0.5, 1.25, 0, 0.25, 0.5, 2));
    const word = [
      { token: 0, own: 1 },
      { token: 1, own: 2 },
    ];
    expect(wordRow(rows, word)).toBeCloseToArray([0.375, 0.25, 0], 1e-7);
    expect(wordRow(rows, word.slice(1))).toBeCloseToArray([0.25, 0.5, 0], 1e-7);
  });
});

describe("meanRow", () => {
  it("is the mean of the named rows", () => {
    const rows = floatTensor([3, 2], Float32Array.of(1, 2, 30, 40, 5, 6));
    expect([...meanRow(rows, [0, 2])]).toEqual([3, 4]);
  });
});

function words(...entries: string[]): [string, readonly number[]][] {
  return referenceWords(entries).map(({ text, tokens }) => [text, tokens]);
}

describe("referenceWords", () => {
  it("opens a word at the mark of a space and at separators", () => {
    expect(words("▁The", "▁ze", "bra", ".", "</s>")).toEqual([
      ["▁The", [0]],
      ["▁zebra", [1, 2]],
      [".", [3]],
      ["</s>", [4]],
    ]);
  });

  it("does not know the mark of byte-level vocabularies, nor bytes as separators", () => {
    expect(words("ĠThe", "Ġcat", "<0x5F>")).toEqual([["ĠTheĠcat<0x5F>", [0, 1, 2]]]);
  });

  it("appends _ to an entry that came before, which then opens no word", () => {
    expect(words("a", ".", "b", ".")).toEqual([
      ["a", [0]],
      [".b._", [1, 2, 3]],
    ]);
    expect(words("▁a", "▁a", "▁a")).toEqual([
      ["▁a", [0]],
      ["▁a_", [2]],
    ]);
  });

  it("puts a word that comes twice in the place of the first", () => {
    expect(words("▁a", "b", "▁c", "▁ab")).toEqual([
      ["▁ab", [3]],
      ["▁c", [2]],
    ]);
    expect(words()).toEqual([]);
  });
});

describe.each([
  "llava-clip-llama-f32",
  "llava-clip-llama-f16",
  "llava-clip-llama-bf16-sharded",
  "llava-siglip-llama3-gqa",
  "llava-two-turns",
])("the published tool's words of %s", (name) => {
  it("have its names and rows", async () => {
    const parity = await openParityCase(name);
    const text = JSON.parse(await readFile(`${parity.folder}/expected.json`, "utf8")) as {
      reference_words: { llama: string[] };
    };
    const length = parity.text.input_ids.length + parity.text.generated_tokens.length;
    const rows = floatTensor([parity.text.generated_tokens.length, length]);
    for (const token of parity.text.generated_tokens.keys()) {
      rows.data.set((await parity.floats(`reference.llama.${token}`)).data, token * length);
    }
    const found = referenceWords(parity.text.generated_tokens);
    expect(found.map((word) => word.text)).toEqual(text.reference_words.llama);
    for (const [k, word] of found.entries()) {
      const { data } = await parity.floats(`reference.word.llama.${k}`);
      const row = referenceWordRow(rows, word);
      expect(row.subarray(0, data.length)).toBeCloseToArray(data, 1e-4);
      expect(row.subarray(data.length).every((value) => value === 0)).toBe(true);
    }
  });
});
