import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { maxDirectCharacters, nodeEncoding } from "../checkpoint-folder/outside-encoder.ts";
import { diskFolder } from "../files/disk-folder.ts";
import { readTokenizer, type CheckpointTokenizer } from "./tokenizer-files.ts";

const fixtures = fileURLToPath(new URL("../../test/fixtures/", import.meta.url));
const catastrophic = { type: "Split", pattern: { Regex: "(a|a)+$" }, behavior: "Isolated", invert: false };

let folder: string;
let warnings: string[];

type Json = Record<string, unknown>;

async function change(name: string, edit: (json: Json) => void): Promise<void> {
  const file = join(folder, name);
  const json = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Json;
  edit(json);
  await writeFile(file, JSON.stringify(json));
}

async function read(): Promise<CheckpointTokenizer> {
  return readTokenizer(diskFolder(folder), (sentence) => warnings.push(sentence), nodeEncoding);
}

beforeEach(async () => {
  folder = temporaryFolder();
  warnings = [];
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
    await cp(join(fixtures, "llava-clip-llama-f32/checkpoint", name), join(folder, name));
  }
});

describe("encode", () => {
  it("gives the ids of Tokenizer.encode for short texts, long texts and texts with patterns", async () => {
    const sentencePiece = await read();
    const other = diskFolder(join(fixtures, "llava-siglip-llama3-gqa/checkpoint"));
    const byteLevel = await readTokenizer(other, () => undefined, nodeEncoding);
    byteLevel.prepareEncoding();
    for (const { tokenizer, encode } of [sentencePiece, byteLevel]) {
      for (const text of ["Is it a café?", "<image>  12\n", "word ".repeat(maxDirectCharacters / 4)]) {
        const options = { addSpecialTokens: true };
        expect(await encode(text, options)).toEqual(tokenizer.encode(text, options));
      }
    }
  });

  it("stops a pattern that backtracks, and answers while it runs and afterwards", { timeout: 60_000 }, async () => {
    await change("tokenizer.json", (json) => (json["pre_tokenizer"] = catastrophic));
    const { encode } = await read();
    let turns = 0;
    const timer = setInterval(() => turns++, 20);
    await expect(encode(`${"a".repeat(60)}b`, { addSpecialTokens: false })).rejects.toThrow(
      /a pattern of the tokenizer took longer than 5 s/,
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
    expect(await encode("b", { addSpecialTokens: false })).toHaveLength(1);
  });

  it("ends at once when it is aborted", { timeout: 60_000 }, async () => {
    await change("tokenizer.json", (json) => (json["pre_tokenizer"] = catastrophic));
    const { encode } = await read();
    await encode("b", { addSpecialTokens: false });
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("enough")), 50);
    await expect(encode(`${"a".repeat(60)}b`, { addSpecialTokens: false, signal: abort.signal })).rejects.toThrow(
      "enough",
    );
  });
});

// Each right value is that of transformers 5.24, AutoTokenizer.from_pretrained.
describe("files that complete each other", () => {
  it("are special_tokens_map.json before tokenizer_config.json, with a warning", async () => {
    await change("special_tokens_map.json", (json) => Object.assign(json, { eos_token: "<pad>", pad_token: null }));
    const { tokenizer } = await read();
    expect(tokenizer.eosToken).toBe("<pad>");
    expect(tokenizer.specialTokens["pad_token"]).toBeUndefined();
    expect(warnings).toEqual([
      'tokenizer_config.json says "</s>" for eos_token, and special_tokens_map.json "<pad>"; the latter is used, as transformers does.',
      'tokenizer_config.json says "<pad>" for pad_token, and special_tokens_map.json null; the latter is used, as transformers does.',
    ]);
  });

  it("are tokenizer_config.json alone where it lists the added tokens", async () => {
    await change("special_tokens_map.json", (json) => (json["eos_token"] = "<pad>"));
    await change("added_tokens.json", (json) => (json["<other>"] = 491));
    await change("tokenizer_config.json", (json) => (json["added_tokens_decoder"] = {}));
    const { tokenizer } = await read();
    expect(tokenizer.eosToken).toBe("</s>");
    expect(tokenizer.idOf("<other>")).toBeUndefined();
    expect(warnings).toEqual([
      'tokenizer_config.json says "</s>" for eos_token, and special_tokens_map.json "<pad>"; the former is used, as transformers does.',
      'added_tokens.json says that the token "<other>" has the id 491, but tokenizer_config.json does not list it; the latter is used, as transformers does.',
    ]);
  });

  it("are the tokens of added_tokens.json, by the ids that they get", async () => {
    await change("added_tokens.json", (json) => Object.assign(json, { "<a>": 491, "<b>": 493 }));
    const { tokenizer } = await read();
    expect(["<a>", "<b>"].map((token) => tokenizer.idOf(token))).toEqual([491, 492]);
    expect(tokenizer.encode("<b>", { addSpecialTokens: false })).toEqual([492]);
    expect(warnings).toEqual([
      'added_tokens.json says that the token "<b>" has the id 493, but it gets the id 492, as the tokenizers library gives it.',
    ]);
  });

  it("do not change which tokens are put around a text: that is tokenizer.json's", async () => {
    await change("tokenizer_config.json", (json) => Object.assign(json, { add_bos_token: false, add_eos_token: true }));
    const { tokenizer } = await read();
    const text = tokenizer.encode("a", { addSpecialTokens: false });
    expect(tokenizer.encode("a", { addSpecialTokens: true })).toEqual([1, ...text]);
    expect(warnings).toEqual([]);
  });

  it("name the one that is malformed", async () => {
    await change("special_tokens_map.json", (json) => (json["eos_token"] = 3));
    await expect(read()).rejects.toThrow(/special_tokens_map\.json of .*: "eos_token" is wrong/);
  });
});
