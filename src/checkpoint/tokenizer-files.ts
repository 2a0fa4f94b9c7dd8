/** @file Reads the tokenizer of a checkpoint folder, and encodes where encoding can be stopped. */
import { join } from "node:path";
import { createSandbox, SandboxLimitError, type Sandbox } from "../sandbox/sandbox.ts";
import { readJsonFile, readOptionalJsonFile } from "../files/json-file.ts";
import { buildTokenizer } from "../tokenizer/tokenizer.ts";
import type { EncodeInput, EncodeSetup } from "../tokenizer/encode-work.ts";
import type { EncodeOptions } from "./types.ts";
import type { Tokenizer } from "../tokenizer/types.ts";
import type { Warn } from "./warnings.ts";

/** Encodes some 50 ms of text where nothing of the file can take longer. */
export const maxDirectCharacters = 50_000;

/** The tokenizer's own limit on patterns is shorter; the rest is for building it. */
const deadlineMs = 15_000;

/** Three times what the largest vocabulary in use takes. */
const memoryMegabytes = 1_500;

/** A tokenizer with its files. */
export interface CheckpointTokenizer {
  readonly tokenizer: Tokenizer;
  /** Parsed tokenizer_config.json; undefined where there is none. */
  readonly tokenizerConfig: unknown;
  /** As `Tokenizer.encode`, in a process that can be stopped when the file has patterns or the text is long. */
  readonly encode: (text: string, options: EncodeOptions) => Promise<number[]>;
  /** Starts the process in which texts are encoded, if there will be one. */
  readonly prepareEncoding: () => void;
}

/**
 * Reads tokenizer.json and the files that complete it: tokenizer_config.json, special_tokens_map.json and added_tokens.json. Where
 * two disagree, the one that transformers takes wins, and `warn` gets a sentence that names both. Throws one sentence where a file is
 * missing, malformed or not supported.
 */
export async function readTokenizer(folder: string, warn: Warn): Promise<CheckpointTokenizer> {
  const file = join(folder, "tokenizer.json");
  const [json, config, map, added] = [
    await readJsonFile(file),
    await readOptionalJsonFile(join(folder, "tokenizer_config.json")),
    await readOptionalJsonFile(join(folder, "special_tokens_map.json")),
    await readOptionalJsonFile(join(folder, "added_tokens.json")),
  ];
  const { tokenizer, warnings, hasPatterns } = buildTokenizer({
    tokenizerJson: json.value,
    tokenizerConfig: config?.value,
    specialTokensMap: map?.value,
    addedTokens: added?.value,
    file,
  });
  for (const warning of warnings) warn(warning);
  const setup: EncodeSetup = {
    file,
    tokenizerJson: json.bytes,
    tokenizerConfig: config?.bytes,
    specialTokensMap: map?.bytes,
    addedTokens: added?.bytes,
  };
  return { tokenizer, tokenizerConfig: config?.value, ...createEncoder(tokenizer, { setup, hasPatterns }) };
}

function createEncoder(
  tokenizer: Tokenizer,
  { setup, hasPatterns }: { readonly setup: EncodeSetup; readonly hasPatterns: boolean },
): Pick<CheckpointTokenizer, "encode" | "prepareEncoding"> {
  let sandbox: Sandbox<EncodeInput, number[]> | undefined;
  const run = async (input: EncodeInput, signal?: AbortSignal): Promise<number[]> => {
    const handler = new URL("../tokenizer/encode-work.ts", import.meta.url);
    sandbox ??= createSandbox({ handler, setup, deadlineMs, memoryMegabytes });
    return sandbox.run(input, { signal });
  };
  return {
    prepareEncoding() {
      // What goes wrong is told when a text is encoded.
      if (hasPatterns) run(null).catch(() => undefined);
    },
    async encode(text, { addSpecialTokens, signal }) {
      signal?.throwIfAborted();
      if (!hasPatterns && text.length <= maxDirectCharacters) return tokenizer.encode(text, { addSpecialTokens });
      try {
        return await run({ text, addSpecialTokens }, signal);
      } catch (cause) {
        if (!(cause instanceof SandboxLimitError)) throw cause;
        throw new Error(`${setup.file}: the text cannot be encoded: ${cause.message}.`, { cause });
      }
    },
  };
}
