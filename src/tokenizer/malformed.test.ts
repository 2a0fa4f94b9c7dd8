import { describe, expect, it } from "vitest";
import { createTokenizer } from "../checkpoint/tokenizer.ts";

type Json = Readonly<Record<string, unknown>>;

const bpe = { type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"] };
const regex = (text: string): Json => ({
  type: "Split",
  pattern: { Regex: text },
  behavior: "Isolated",
  invert: false,
});
const nested = (depth: number): Json =>
  depth === 0 ? { type: "NFC" } : { type: "Sequence", normalizers: [nested(depth - 1)] };

function open(json: Json, config: unknown = {}): () => unknown {
  return () =>
    createTokenizer({ tokenizerJson: { model: bpe, ...json }, tokenizerConfig: config, file: "here/tokenizer.json" });
}

describe("a malformed part is found on opening", () => {
  it.each<[string, Json, string]>([
    ["a normalizer without a type", { normalizer: {} }, '"normalizer" must be an object with a "type"'],
    ["a normalizer that is a list", { normalizer: [] }, '"normalizer" must be an object with a "type"'],
    ["a part that is text", { decoder: "ByteLevel" }, '"decoder" must be an object with a "type"'],
    ["an unknown part", { pre_tokenizer: { type: "Magic" } }, '"pre_tokenizer": the type "Magic" is not supported'],
    ["a type that objects inherit", { normalizer: { type: "constructor" } }, 'the type "constructor" is not supported'],
    ["a sequence without a list", { decoder: { type: "Sequence" } }, 'must list its parts as "decoders"'],
    [
      "a null in a sequence",
      { normalizer: { type: "Sequence", normalizers: [null] } },
      '"normalizer.normalizers.0" must be',
    ],
    ["sequences too deep", { normalizer: nested(20) }, "nested more than 16 deep"],
    ["a pattern of another form", { normalizer: { type: "Replace", pattern: "a", content: "" } }, '"pattern" is wrong'],
    [
      "a content that is no text",
      { normalizer: { type: "Replace", pattern: { String: "a" }, content: 3 } },
      '"content" is wrong',
    ],
    ["a field that is missing", { normalizer: { type: "Prepend" } }, '"prepend" is wrong'],
    ["a pattern that is none", { pre_tokenizer: regex("(") }, 'the pattern "(" cannot be used'],
    [
      "a pattern that JavaScript cannot match",
      { pre_tokenizer: regex("(?(1)a|b)") },
      'the pattern "(?(1)a|b)" cannot be used',
    ],
    ["a behavior that is none", { pre_tokenizer: { type: "Punctuation", behavior: "Cut" } }, '"behavior" is wrong'],
    [
      "a delimiter of two characters",
      { pre_tokenizer: { type: "CharDelimiterSplit", delimiter: "ab" } },
      "must be one character",
    ],
    ["pieces of no length", { pre_tokenizer: { type: "FixedLength", length: 0 } }, '"length" is wrong'],
    [
      "a scheme that contradicts an older field",
      { pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", add_prefix_space: false } },
      "contradict each other",
    ],
    [
      "a template without the text",
      { post_processor: { type: "TemplateProcessing", single: [], special_tokens: {} } },
      "must hold the text A once",
    ],
    [
      "a template with an unknown token",
      {
        post_processor: {
          type: "TemplateProcessing",
          single: [{ SpecialToken: { id: "constructor" } }, { Sequence: { id: "A" } }],
          special_tokens: {},
        },
      },
      'no entry for "constructor"',
    ],
    [
      "two parts that add tokens",
      {
        post_processor: {
          type: "Sequence",
          processors: Array.from({ length: 2 }, () => ({ type: "BertProcessing", cls: ["a", 0], sep: ["b", 1] })),
        },
      },
      "only one part of a Sequence may add tokens",
    ],
    [
      "a decoder that can backtrack",
      { decoder: { type: "Replace", pattern: { Regex: "(a+)+b" }, content: "" } },
      "may have one repetition",
    ],
    [
      "a decoder with many optional parts",
      { decoder: { type: "Replace", pattern: { Regex: "a?".repeat(30) }, content: "" } },
      "optional parts",
    ],
    [
      "a damaged character map",
      { normalizer: { type: "Precompiled", precompiled_charsmap: "AAAA" } },
      "its trie does not fit",
    ],
    ["a negative id", { model: { ...bpe, vocab: { a: -1 }, merges: [] } }, '"vocab.a" is wrong'],
    ["an id with a fraction", { model: { ...bpe, vocab: { a: 0.5 }, merges: [] } }, '"vocab.a" is wrong'],
    ["two tokens of one id", { model: { ...bpe, vocab: { a: 0, b: 0 }, merges: [] } }, "have the same id 0"],
    ["a merge of an unknown token", { model: { ...bpe, merges: ["a c"] } }, '"merges.0" needs the token "c"'],
    ["a merge into an unknown token", { model: { ...bpe, merges: [["b", "a"]] } }, '"merges.0" needs the token "ba"'],
    ["a merge of three", { model: { ...bpe, merges: ["a b c"] } }, '"merges.0" is wrong'],
    ["merges that are no list", { model: { ...bpe, merges: {} } }, '"merges" is wrong'],
    ["dropout", { model: { ...bpe, dropout: 0.1 } }, '"dropout" is 0.1'],
    ["a vocabulary of numbers", { model: { type: "Unigram", vocab: [3] } }, '"vocab.0" is wrong'],
    ["a score that is too large", { model: { type: "Unigram", vocab: [["a", Infinity]] } }, '"vocab.0" is wrong'],
    ["an unknown token that is none", { model: { type: "Unigram", unk_id: 7, vocab: [["a", 0]] } }, '"unk_id" is 7'],
    ["an added token without text", { added_tokens: [{ id: 3, content: "" }] }, '"added_tokens.0.content" is wrong'],
    ["an added token with a negative id", { added_tokens: [{ id: -3, content: "c" }] }, '"added_tokens.0.id" is wrong'],
    [
      "added tokens that normalizing makes one",
      {
        normalizer: { type: "Lowercase" },
        added_tokens: [
          { id: 3, content: "C" },
          { id: 4, content: "c" },
        ],
      },
      "is the same text as that of",
    ],
    [
      "an added token that takes the id of another",
      { model: { ...bpe, vocab: { a: 0, b: 3, ab: 4 } }, added_tokens: [{ id: 5, content: "c" }] },
      "its ids have gaps",
    ],
    ["a file of another version", { version: "2.0" }, '"version" is wrong'],
  ])("%s", (_, json, message) => {
    expect(open(json)).toThrow(message);
    expect(open(json)).toThrow(/^here\/tokenizer\.json.*\.$/s);
  });

  it.each<[string, unknown, string]>([
    ["a special token that is a number", { bos_token: 3 }, '"bos_token" is wrong'],
    [
      "an added token without content",
      { added_tokens_decoder: { "3": { special: true } } },
      '"added_tokens_decoder.3.content" is wrong',
    ],
    ["a key that is no id", { added_tokens_decoder: { x: { content: "c" } } }, '"added_tokens_decoder.x" is wrong'],
  ])("%s of tokenizer_config.json", (_, config, message) => {
    expect(open({}, config)).toThrow(message);
    expect(open({}, config)).toThrow("the tokenizer configuration of here/tokenizer.json");
  });

  it("stops a normalizer that backtracks over an added token", () => {
    const normalizer = { type: "Replace", pattern: { Regex: "(a|a)+$" }, content: "" };
    const added_tokens = [{ id: 3, content: `${"a".repeat(60)}b`, normalized: true }];
    expect(open({ normalizer, added_tokens })).toThrow("takes longer than 1 s for the added tokens");
  });
});

it("takes names that objects inherit for the tokens that they are", () => {
  const vocab: unknown = JSON.parse('{"__proto__":0,"constructor":1,"c":2,"o":3,"co":4}');
  const tokenizer = createTokenizer({
    tokenizerJson: {
      model: { type: "BPE", vocab, merges: ["c o"], ignore_merges: true },
      added_tokens: [{ id: 5, content: "toString" }],
    },
    tokenizerConfig: {},
    file: "t",
  });
  expect(
    ["__proto__", "constructor", "toString", "co"].map((text) => tokenizer.encode(text, { addSpecialTokens: false })),
  ).toEqual([[0], [1], [5], [4]]);
  expect(tokenizer.idOf("hasOwnProperty")).toBeUndefined();
  expect(tokenizer.tokenOf(0)).toBe("__proto__");
});
