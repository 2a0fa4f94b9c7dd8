import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createTokenizer } from "../checkpoint/tokenizer.ts";
import { maxTextCharacters } from "./tokenizer.ts";
import type { Tokenizer } from "./types.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const cases = readdirSync(fixtures).filter((name) => /^(llava-|gemma3|paligemma)/.test(name));

interface Expected {
  readonly input_ids: number[];
  readonly tokens: string[];
  readonly generated_ids: number[];
  readonly generated_tokens: string[];
  readonly generated_text: string;
  readonly generated_text_skip_special: string;
  readonly tokenizer_samples: readonly {
    readonly text: string;
    readonly ids: number[];
    readonly ids_with_special: number[];
    readonly decoded: string;
    readonly decoded_skip_special: string;
  }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(fixtures + path, "utf8"));
}

function tokenizerOf(name: string, change: (json: Json, config: Json) => void = () => undefined): Tokenizer {
  const tokenizerJson = readJson(`${name}/checkpoint/tokenizer.json`) as Json;
  const tokenizerConfig = readJson(`${name}/checkpoint/tokenizer_config.json`) as Json;
  change(tokenizerJson, tokenizerConfig);
  return createTokenizer({ tokenizerJson, tokenizerConfig, file: "tokenizer.json" });
}

type Json = Record<string, unknown>;

const sentencePiece = "llava-clip-llama-f32";
const byteLevel = "llava-siglip-llama3-gqa";
const plain = { addSpecialTokens: false };
const all = { skipSpecialTokens: false };

function textOfBytes(tokenizer: Tokenizer, ids: readonly number[]): string {
  return Buffer.concat(ids.map((id) => tokenizer.bytesOf(id))).toString("utf8");
}

describe.each(cases)("createTokenizer() on %s", (name) => {
  const expected = readJson(`${name}/expected.json`) as Expected;
  const tokenizer = tokenizerOf(name);

  it.each(expected.tokenizer_samples)("encodes and decodes $text as the reference does", (sample) => {
    expect(tokenizer.encode(sample.text, plain)).toEqual(sample.ids);
    expect(tokenizer.encode(sample.text, { addSpecialTokens: true })).toEqual(sample.ids_with_special);
    expect(tokenizer.decode(sample.ids, all)).toBe(sample.decoded);
    expect(tokenizer.decode(sample.ids_with_special, { skipSpecialTokens: true })).toBe(sample.decoded_skip_special);
  });

  it("decodes the generated ids", () => {
    expect(tokenizer.decode(expected.generated_ids, all)).toBe(expected.generated_text);
    const skipped = tokenizer.decode(expected.generated_ids, { skipSpecialTokens: true });
    expect(skipped).toBe(expected.generated_text_skip_special);
  });

  it("spells the tokens of prompt and answer as the vocabulary does, in both directions", () => {
    const ids = [...expected.input_ids, ...expected.generated_ids];
    const tokens = [...expected.tokens, ...expected.generated_tokens];
    expect(ids.map((id) => tokenizer.tokenOf(id))).toEqual(tokens);
    expect(tokens.map((token) => tokenizer.idOf(token))).toEqual(ids);
  });

  it("has a vocabulary whose bytes give back any text", () => {
    const { normalizer } = readJson(`${name}/checkpoint/tokenizer.json`) as { normalizer: { type: string } | null };
    for (const { text, ids } of expected.tokenizer_samples) {
      const normalized = normalizer?.type === "NFC" ? text.normalize("NFC") : text;
      // Sentencepiece vocabularies put a space before each stretch of text.
      expect(textOfBytes(tokenizer, ids).replaceAll(" ", "")).toBe(normalized.replaceAll(" ", ""));
    }
  });
});

describe("Tokenizer.bytesOf()", () => {
  it("turns word-start marks into spaces and byte tokens into their byte", () => {
    const tokenizer = tokenizerOf(sentencePiece);
    expect([...tokenizer.bytesOf(tokenizer.idOf("<0x0A>")!)]).toEqual([0x0a]);
    expect([...tokenizer.bytesOf(tokenizer.idOf("<0xE2>")!)]).toEqual([0xe2]);
    expect(Buffer.from(tokenizer.bytesOf(tokenizer.idOf("▁")!)).toString()).toBe(" ");
  });

  it("reads byte-level spellings byte by byte", () => {
    const tokenizer = tokenizerOf(byteLevel);
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    const spelt = new Set<number>();
    for (let id = 0; id < 256; id++) {
      const token = tokenizer.bytesOf(id);
      expect(token).toHaveLength(1);
      spelt.add(token[0]!);
    }
    expect([...spelt].sort((a, b) => a - b)).toEqual(bytes);
    expect([...tokenizer.bytesOf(tokenizer.idOf("Ċ")!)]).toEqual([0x0a]);
  });

  it("gives the literal text of special tokens", () => {
    const tokenizer = tokenizerOf(sentencePiece);
    expect(Buffer.from(tokenizer.bytesOf(tokenizer.idOf("<image>")!)).toString()).toBe("<image>");
  });

  it("gives nothing for rows of the model beyond the vocabulary", () => {
    const tokenizer = tokenizerOf(sentencePiece);
    expect(tokenizer.bytesOf(tokenizer.vocabularySize)).toHaveLength(0);
    expect(tokenizer.decode([tokenizer.vocabularySize], all)).toBe("");
    expect(() => tokenizer.tokenOf(tokenizer.vocabularySize)).toThrow("ids run from 0 to 490");
  });
});

describe("Tokenizer.decode()", () => {
  // Expected values are those of the tokenizers library 0.23 (Rust).
  it("writes one replacement character for each byte of a stretch that is not UTF-8", () => {
    const tokenizer = tokenizerOf(sentencePiece);
    const ids = ["<0xFF>", "<0x54>", "<0xDE>", "<0xFA>", "5"].map((token) => tokenizer.idOf(token)!);
    expect(tokenizer.decode(ids, all)).toBe("\ufffd\ufffd\ufffd\ufffd5");
  });

  it("keeps a byte order mark that is spelt in bytes", () => {
    const tokenizer = tokenizerOf(sentencePiece);
    const ids = tokenizer.encode("a\ufeffb", plain);
    expect(tokenizer.decode(ids, all)).toBe("a\ufeffb");
  });

  it("keeps the leading space of a Metaspace decoder that never prepends one", () => {
    const tokenizer = tokenizerOf(sentencePiece, (json) => {
      json["decoder"] = { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true };
    });
    expect(tokenizer.decode([tokenizer.idOf("▁")!, tokenizer.idOf("I")!], all)).toBe(" I");
  });

  it("keeps spaces before punctuation for BPE, unless the configuration forces it", () => {
    const forced = "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output";
    const text = "yes , it is . x != y 's";
    const texts = [{}, { [forced]: true }].map((fields) => {
      const tokenizer = tokenizerOf(sentencePiece, (_, config) => {
        Object.assign(config, { clean_up_tokenization_spaces: true }, fields);
      });
      return tokenizer.decode(tokenizer.encode(text, plain), all);
    });
    // transformers 5.24 for both.
    expect(texts).toEqual([text, "yes, it is. x!= y's"]);
  });

  it("drops spaces before punctuation for Unigram only where the configuration asks for it", () => {
    const vocab = Array.from("▁<>unkab,.'s").map((token) => [token, -1]);
    const decoder = { type: "Metaspace", replacement: "▁", prepend_scheme: "always" };
    const tokenizerJson = { model: { type: "Unigram", unk_id: 0, vocab }, pre_tokenizer: decoder, decoder };
    const texts = [true, false, undefined].map((clean) => {
      const tokenizerConfig = { clean_up_tokenization_spaces: clean };
      const tokenizer = createTokenizer({ tokenizerJson, tokenizerConfig, file: "t" });
      return tokenizer.decode(tokenizer.encode("a , b . b 's a ' b", plain), all);
    });
    const text = "a , b . b 's a ' b";
    expect(texts).toEqual(["a, b. b's a'b", text, text]);
  });
});

describe("parts as the tokenizers library in Rust has them", () => {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: true };
  const model = {
    type: "BPE",
    vocab: { "<unk>": 0, "▁": 1, "▁▁": 2, a: 3, b: 4 },
    merges: ["▁ ▁"],
    unk_token: "<unk>",
  };
  const tokenizerFrom = (parts: Json): Tokenizer =>
    createTokenizer({ tokenizerJson: { model, ...parts }, tokenizerConfig: {}, file: "t" });

  it("cut at every mark of Metaspace", () => {
    expect(tokenizerFrom({ pre_tokenizer: metaspace }).encode("a  b", plain)).toEqual([3, 1, 1, 4]);
  });

  it("take every mark of the first token when a mark was put before the text", () => {
    const decoder = { ...metaspace, prepend_scheme: "first", split: false };
    expect(tokenizerFrom({ decoder }).decode([2, 3], all)).toBe("a");
  });

  it("put a mark before the first word only, with added tokens between", () => {
    const pre_tokenizer = { ...metaspace, prepend_scheme: "first" };
    const added_tokens = [{ id: 5, content: "<x>", special: true }];
    const tokenizer = tokenizerFrom({ pre_tokenizer, added_tokens });
    expect(["a<x>a", "<x>a", " a"].map((text) => tokenizer.encode(text, plain))).toEqual([
      [1, 3, 5, 3],
      [5, 3],
      [1, 3],
    ]);
  });

  it("take every numeric character for a digit", () => {
    const byteLevelModel = { type: "BPE", vocab: { Ġ: 0, ĠĠ: 1, Â: 2, "²": 3 }, merges: ["Ġ Ġ"] };
    const digits = { type: "Digits", individual_digits: true };
    const pre_tokenizer = { type: "Sequence", pretokenizers: [digits, { type: "ByteLevel", use_regex: true }] };
    const tokenizer = tokenizerFrom({ model: byteLevelModel, pre_tokenizer });
    expect(tokenizer.encode("  ²", plain)).toEqual([1, 2, 3]);
  });

  it("take U+0085 for white space, and U+FEFF not", () => {
    const vocab = Object.fromEntries(Array.from("a\u0085\ufeff").map((token, id) => [token, id]));
    const split = { model: { type: "BPE", vocab, merges: [] }, pre_tokenizer: { type: "WhitespaceSplit" } };
    expect(tokenizerFrom(split).encode("a\u0085a\ufeffa", plain)).toEqual([0, 0, 2, 0]);
  });
});

describe("createTokenizer()", () => {
  it("takes special tokens as strings or as objects", () => {
    const tokenizer = tokenizerOf(sentencePiece, (_, config) => {
      config["bos_token"] = { __type: "AddedToken", content: "<s>", lstrip: false };
      config["model_max_length"] = 1e30;
    });
    expect(tokenizer).toMatchObject({ bosToken: "<s>", bosTokenId: 1, eosToken: "</s>", vocabularySize: 491 });
  });

  it("names special tokens, those of the model alone included", () => {
    const tokenizer = tokenizerOf(sentencePiece, (_, config) => {
      config["image_token"] = { content: "<image>" };
      config["extra_special_tokens"] = { video_token: "<video>" };
      config["add_bos_token"] = true;
    });
    const names = { bos_token: "<s>", eos_token: "</s>", unk_token: "<unk>", pad_token: "<pad>" };
    expect({ ...tokenizer.specialTokens }).toEqual({ ...names, image_token: "<image>", video_token: "<video>" });
    expect(tokenizer.specialTokens["constructor"]).toBeUndefined();
  });

  it("works without a tokenizer_config.json", () => {
    const tokenizerJson = readJson(`${sentencePiece}/checkpoint/tokenizer.json`);
    const tokenizer = createTokenizer({ tokenizerJson, tokenizerConfig: undefined, file: "tokenizer.json" });
    expect(tokenizer.bosToken).toBeUndefined();
    expect(tokenizer.encode("Hello", { addSpecialTokens: true })[0]).toBe(1);
  });

  it("adds tokens that only tokenizer_config.json names", () => {
    const tokenizer = tokenizerOf(sentencePiece, (json, config) => {
      json["added_tokens"] = (json["added_tokens"] as { id: number }[]).filter(({ id }) => id < 489);
      config["added_tokens_decoder"] = { "489": { content: "<image>", special: true } };
    });
    expect(tokenizer.encode("a<image>", plain)).toEqual([315, 489]);
    expect(tokenizer.isSpecial(489)).toBe(true);
  });

  it("treats a vocabulary entry that the configuration names as special token as one", () => {
    const tokenizer = tokenizerOf(sentencePiece, (json, config) => {
      json["added_tokens"] = (json["added_tokens"] as { id: number }[]).filter(({ id }) => id > 2);
      config["additional_special_tokens"] = [{ content: "</s>" }];
    });
    expect(tokenizer.encode("</s>", plain)).toEqual([2]);
    expect(tokenizer.isSpecial(2)).toBe(true);
  });

  it.each([
    ["no object", null, '"model" is missing'],
    ["no model", { added_tokens: [] }, '"model" is missing'],
    ["a model of another type", { model: { type: "WordPiece", vocab: {} } }, '"WordPiece" is not supported'],
    ["a vocabulary of wrong type", { model: { type: "BPE", vocab: 3, merges: [] } }, '"vocab" is wrong'],
    ["an id that is no number", { model: { type: "BPE", vocab: { a: "x" }, merges: [] } }, '"vocab.a" is wrong'],
    ["a huge id", { model: { type: "BPE", vocab: { a: 4e9 }, merges: [] } }, '"vocab.a" is wrong'],
    ["merges of wrong type", { model: { type: "BPE", vocab: { a: 0 }, merges: [3] } }, '"merges.0" is wrong'],
    [
      "an unknown decoder",
      { model: { type: "BPE", vocab: { a: 0 }, merges: [] }, decoder: { type: "Magic" } },
      '"decoder": the type "Magic" is not supported',
    ],
    [
      "a broken pattern",
      {
        model: { type: "BPE", vocab: { a: 0 }, merges: [] },
        pre_tokenizer: { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated" },
      },
      '"pre_tokenizer": the pattern "(" cannot be used',
    ],
  ])("refuses %s with a sentence that names the file", (_, tokenizerJson, message) => {
    const create = (): Tokenizer =>
      createTokenizer({ tokenizerJson, tokenizerConfig: undefined, file: "here/tokenizer.json" });
    expect(create).toThrow(message);
    expect(create).toThrow("here/tokenizer.json");
  });

  it("refuses a text above the limit", () => {
    const tokenizer = tokenizerOf(byteLevel);
    expect(() => tokenizer.encode("a".repeat(maxTextCharacters + 1), plain)).toThrow("more than the limit of 1000000");
  });

  it("refuses a text that the vocabulary cannot spell", () => {
    const tokenizer = createTokenizer({
      tokenizerJson: { model: { type: "BPE", vocab: { a: 0 }, merges: [], unk_token: "<unk>" } },
      tokenizerConfig: {},
      file: "tokenizer.json",
    });
    expect(tokenizer.encode("aa", plain)).toEqual([0, 0]);
    expect(() => tokenizer.encode("ab", plain)).toThrow("no token for a part of the text");
  });
});
