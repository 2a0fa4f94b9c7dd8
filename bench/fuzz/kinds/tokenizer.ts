/** @file Tokenizers: vocabulary, merges, added tokens and parts of tokenizer.json; texts that are hard to encode. */
import { parseJson } from "../../../src/json/parse-json.ts";
import { createTokenizer } from "../../../src/checkpoint/tokenizer.ts";
import { mutateJson, type Json } from "../json-mutations.ts";
import type { FuzzKind } from "../kind.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { hostileText } from "../text-mutations.ts";
import { changedFile } from "./configuration.ts";

const letters = Array.from("abcdefghijklmnopqrstuvwxyzABC.,?!:<>/0123456789");

function vocabularyOf(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

const specials = ["<unk>", "<s>", "</s>", "<image>"];

const addedTokens: Json = specials.map((content, id) => ({
  id,
  content,
  single_word: false,
  lstrip: content === "<image>",
  rstrip: false,
  normalized: false,
  special: true,
}));

const template: Json = {
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
  special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
};

/** As Llama 2 has it: words begin with a mark, and letters that the vocabulary lacks are bytes. */
const metaspace: Json = {
  version: "1.0",
  added_tokens: addedTokens,
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  pre_tokenizer: null,
  post_processor: template,
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
  model: {
    type: "BPE",
    unk_token: "<unk>",
    byte_fallback: true,
    vocab: vocabularyOf([
      ...specials,
      "<0x0A>",
      "<0xE2>",
      "<0x82>",
      "<0xAC>",
      "▁",
      ...letters,
      "th",
      "he",
      "▁t",
      "▁th",
    ]),
    merges: ["t h", "h e", "▁ t", "▁t h"],
  },
};

/** As Llama 3 and GPT-2 have it: a pattern cuts the text, and every byte is a letter. */
const byteLevel: Json = {
  added_tokens: addedTokens,
  normalizer: { type: "NFC" },
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      {
        type: "Split",
        pattern: {
          Regex:
            "(?i:'s|'t|'re)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s+(?!\\S)|\\s+",
        },
        behavior: "Isolated",
        invert: false,
      },
      { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  },
  post_processor: { type: "Sequence", processors: [{ type: "ByteLevel", trim_offsets: false }, template] },
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    ignore_merges: true,
    vocab: vocabularyOf([...specials, ...letters, "Ġ", "Ċ", "Ã", "©", "th", "Ġt"]),
    merges: [
      ["t", "h"],
      ["Ġ", "t"],
    ],
  },
};

const unigram: Json = {
  added_tokens: addedTokens,
  normalizer: null,
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  post_processor: template,
  decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  model: {
    type: "Unigram",
    unk_id: 0,
    byte_fallback: false,
    vocab: [...specials, "▁", ...letters, "the", "▁the"].map((token, i) => [token, -i / 10]),
  },
};

const configurations: Json[] = [
  { bos_token: "<s>", eos_token: "</s>", unk_token: "<unk>", clean_up_tokenization_spaces: false },
  {
    bos_token: { content: "<s>", lstrip: false },
    added_tokens_decoder: { "3": { content: "<image>", special: true } },
    extra_special_tokens: { image_token: "<image>" },
    clean_up_tokenization_spaces: true,
  },
];

const words = ["the cat", " The  <image>\n", "don't 12345", "é€ 日本", "</s>", "a\tb\r\nc", "ﬁ ½ İ", "x".repeat(60)];

function textOf(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () =>
    random.chance(0.7) ? random.pick(words) : hostileText(random),
  ).join("");
}

export const tokenizerKind: FuzzKind = {
  name: "tokenizer",
  label: "tokenizer",
  share: 40,
  open: () => ({
    tryInput(random, show) {
      const text = changedFile([metaspace, byteLevel, unigram], random);
      const configuration = random.pick([undefined, ...configurations]);
      const isChanged = configuration !== undefined && random.chance(0.2);
      const tokenizerConfig = isChanged ? mutateJson(configuration, random) : configuration;
      const asked = textOf(random);
      show({ text, tokenizerConfig, asked });
      const tokenizerJson = parseJson(new TextEncoder().encode(text), "tokenizer.json");
      const tokenizer = createTokenizer({ tokenizerJson, tokenizerConfig, file: "tokenizer.json" });
      const ids = tokenizer.encode(asked, { addSpecialTokens: random.chance(0.5) });
      if (!ids.every((id) => Number.isInteger(id) && id >= 0))
        throw new PropertyFault(`The ids are ${JSON.stringify(ids)}.`);
      for (const id of ids)
        if (typeof tokenizer.tokenOf(id) !== "string") throw new PropertyFault("A token is no text.");
      const decoded = tokenizer.decode([...ids, 5, 70, 1e6], { skipSpecialTokens: random.chance(0.5) });
      if (typeof decoded !== "string") throw new PropertyFault("The decoded text is none.");
      for (const id of ids)
        if (!(tokenizer.bytesOf(id) instanceof Uint8Array)) throw new PropertyFault("A token has no bytes.");
    },
  }),
};
