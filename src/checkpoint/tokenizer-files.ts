/** @file Reads the tokenizer of a checkpoint folder, and decides which process encodes texts. */
import type { FileFolder } from "../storage/file-folder.ts";
import { readJsonFile, readOptionalJsonFile } from "../storage/read-file.ts";
import { buildTokenizer } from "../tokenizer/tokenizer.ts";
import type { EncodeOptions } from "./types.ts";
import type { TimeLimit, Tokenizer } from "../tokenizer/types.ts";
import type { Warn } from "./warnings.ts";

/** The files of a tokenizer as they are on disk, so that the process reads what was checked. */
export interface EncodeSetup {
  readonly file: string;
  readonly tokenizerJson: Uint8Array;
  readonly tokenizerConfig: Uint8Array | undefined;
  readonly specialTokensMap: Uint8Array | undefined;
  readonly addedTokens: Uint8Array | undefined;
}

/** What a text is encoded with: a tokenizer, the files that it was built of, and whether these have patterns that can take long. */
interface EncodingWork {
  readonly setup: EncodeSetup;
  readonly hasPatterns: boolean;
}

/** Decides which process encodes texts: this one, or one that can be stopped. */
export type MakeEncoder = (
  tokenizer: Tokenizer,
  work: EncodingWork,
) => Pick<CheckpointTokenizer, "encode" | "prepareEncoding">;

/** What the machine gives to tokenizers whose patterns may take long. */
export interface EncodingHost {
  readonly makeEncoder: MakeEncoder;
  readonly timeLimit: TimeLimit;
}

/** A tokenizer with its files. */
export interface CheckpointTokenizer {
  readonly tokenizer: Tokenizer;
  /** Parsed tokenizer_config.json; undefined if there is none. */
  readonly tokenizerConfig: unknown;
  /** As `Tokenizer.encode`, wherever texts are encoded. */
  readonly encode: (text: string, options: EncodeOptions) => Promise<number[]>;
  /** Starts what `encode` needs, so that it does not wait for it later. */
  readonly prepareEncoding: () => void;
}

/**
 * Reads tokenizer.json and the files that complete it: tokenizer_config.json, special_tokens_map.json and added_tokens.json. If
 * two disagree, the one that transformers takes wins, and `warn` gets a sentence that names both. Throws an Error if a file is
 * missing, malformed or not supported.
 */
export async function readTokenizer(
  folder: FileFolder,
  warn: Warn,
  { makeEncoder, timeLimit }: EncodingHost,
): Promise<CheckpointTokenizer> {
  const file = folder.pathOf("tokenizer.json");
  const [json, config, map, added] = [
    await readJsonFile(folder, "tokenizer.json"),
    await readOptionalJsonFile(folder, "tokenizer_config.json"),
    await readOptionalJsonFile(folder, "special_tokens_map.json"),
    await readOptionalJsonFile(folder, "added_tokens.json"),
  ];
  const { tokenizer, warnings, hasPatterns } = buildTokenizer({
    tokenizerJson: json.value,
    tokenizerConfig: config?.value,
    specialTokensMap: map?.value,
    addedTokens: added?.value,
    file,
    timeLimit,
  });
  for (const warning of warnings) warn(warning);
  const setup: EncodeSetup = {
    file,
    tokenizerJson: json.bytes,
    tokenizerConfig: config?.bytes,
    specialTokensMap: map?.bytes,
    addedTokens: added?.bytes,
  };
  return { tokenizer, tokenizerConfig: config?.value, ...makeEncoder(tokenizer, { setup, hasPatterns }) };
}
