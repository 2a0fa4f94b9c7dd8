import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTokenizer } from "../checkpoint/tokenizer.ts";

/** Text, ids, ids with special tokens, further ids, their text, and their text without special tokens. */
type Row = readonly [string, number[], number[], number[], string, string];

interface Case {
  readonly tokenizer: Readonly<Record<string, { readonly type: string } | null>>;
  readonly texts: readonly Row[];
}

// Made with the tokenizers library in Rust, 0.23.3, by make-cases.py beside it.
const file = new URL("../../test/fixtures/tokenizers/cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(file, "utf8")) as readonly Case[];

function titleOf({ tokenizer }: Case, index: number): string {
  const parts = ["model", "normalizer", "pre_tokenizer", "post_processor", "decoder"];
  return `${index}: ${parts.map((part) => tokenizer[part]?.type ?? "none").join(", ")}`;
}

describe("random small tokenizers", () => {
  it.each(cases.map((each, index) => [titleOf(each, index), each] as const))("%s", (_, { tokenizer, texts }) => {
    const tokenizerOfCase = createTokenizer({ tokenizerJson: tokenizer, tokenizerConfig: undefined, file: "t" });
    const found = texts.map(([text, , , ids]): Row => [
      text,
      tokenizerOfCase.encode(text, { addSpecialTokens: false }),
      tokenizerOfCase.encode(text, { addSpecialTokens: true }),
      ids,
      tokenizerOfCase.decode(ids, { skipSpecialTokens: false }),
      tokenizerOfCase.decode(ids, { skipSpecialTokens: true }),
    ]);
    expect(found).toEqual(texts);
  });
});
