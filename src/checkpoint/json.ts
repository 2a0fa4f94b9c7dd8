/** @file Reads JSON files of checkpoints, with limits on size and structure. */
import { measureJson } from "../safetensors/json-structure.ts";
import { oneLine } from "../safetensors/quote.ts";
import { readLimitedFile } from "./regular-file.ts";

/** The largest JSON files of checkpoints are tokenizers: some 35 MB for a vocabulary of 262,000 tokens. */
export const maxJsonBytes = 128 * 1024 * 1024;

/** Checkpoint files nest less than 10 levels; a recursive reader must not be led deeper. */
export const maxJsonDepth = 64;

/** A tokenizer writes each merge as a list, some 600,000 of them; ten times as many still fit into memory. */
export const maxJsonContainers = 6_000_000;

export interface JsonFile {
  readonly value: unknown;
  /** The file as it is on disk. */
  readonly bytes: Uint8Array;
}

/**
 * Reads and parses a JSON file. Throws one sentence that names the file where it is missing, no regular file, larger or deeper
 * than the limits, or not JSON.
 */
export async function readJsonFile(path: string): Promise<JsonFile> {
  const file = await readOptionalJsonFile(path);
  if (file === undefined) throw new Error(`${path}: the file is missing; is the checkpoint complete?`);
  return file;
}

/** As `readJsonFile`, but undefined where the file does not exist. */
export async function readOptionalJsonFile(path: string): Promise<JsonFile | undefined> {
  const bytes = await readLimitedFile(path, maxJsonBytes);
  return bytes === undefined ? undefined : { value: parseJson(bytes, path), bytes };
}

/** Parses UTF-8 JSON within the limits on structure. `file` names it in messages. */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  const { depth, containers } = measureJson(bytes);
  if (depth > maxJsonDepth) {
    throw new Error(`${file}: the JSON is nested ${depth} levels deep, more than the limit of ${maxJsonDepth}.`);
  }
  if (containers > maxJsonContainers) {
    throw new Error(
      `${file}: the JSON has ${containers} objects and lists, more than the limit of ${maxJsonContainers}.`,
    );
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? syntaxReason(cause) : "it is not UTF-8";
    throw new Error(`${file}: the file is not valid JSON: ${reason}.`, { cause });
  }
}

/** What the parser says, without the piece of the file that it repeats. */
function syntaxReason({ message }: SyntaxError): string {
  return oneLine(message.replace(/, (\.\.\.)?".*$/s, ""));
}
