/** @file The work of the process in which texts are encoded with patterns of a file. */
import { parseJson } from "../json/parse-json.ts";
import { createTokenizer } from "../checkpoint/tokenizer.ts";
import type { EncodeSetup } from "../checkpoint/tokenizer-files.ts";
import type { Tokenizer } from "../tokenizer/types.ts";

/** Null makes the tokenizer ready. */
export type EncodeInput = { readonly text: string; readonly addSpecialTokens: boolean } | null;

/** A process has one setup, and builds its tokenizer once. */
const built = new WeakMap<EncodeSetup, Tokenizer>();

/** Encodes one text. Throws as `createTokenizer` and its `encode` do. */
export function handle(input: EncodeInput, setup: EncodeSetup): number[] {
  const tokenizer = built.get(setup) ?? build(setup);
  built.set(setup, tokenizer);
  return input === null ? [] : tokenizer.encode(input.text, { addSpecialTokens: input.addSpecialTokens });
}

function build({ file, ...files }: EncodeSetup): Tokenizer {
  const read = (bytes: Uint8Array | undefined): unknown => (bytes === undefined ? undefined : parseJson(bytes, file));
  return createTokenizer({
    file,
    tokenizerJson: read(files.tokenizerJson),
    tokenizerConfig: read(files.tokenizerConfig),
    specialTokensMap: read(files.specialTokensMap),
    addedTokens: read(files.addedTokens),
  });
}
