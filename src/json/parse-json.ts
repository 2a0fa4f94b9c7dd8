/** @file Parses JSON that others wrote, with limits on size and structure. */
import { measureJson } from "./json-structure.ts";
import { oneLine } from "./quote.ts";

/** The largest JSON files of checkpoints are tokenizers: some 35 MB for a vocabulary of 262,000 tokens. */
export const maxJsonBytes = 128 * 1024 * 1024;

/** Checkpoint files nest less than 10 levels; a recursive reader must not be led deeper. */
export const maxJsonDepth = 64;

/** A tokenizer writes each merge as a list, some 600,000 of them; ten times as many still fit into memory. */
export const maxJsonContainers = 6_000_000;

/**
 * Parses UTF-8 JSON within the limits on structure, as Python's `json` does. `file` names it in messages. Python refuses a byte order
 * mark in the files of a checkpoint; files that a user wrote may have one.
 */
export function parseJson(
  bytes: Uint8Array,
  file: string,
  { byteOrderMark = "refuse" }: { readonly byteOrderMark?: "refuse" | "skip" } = {},
): unknown {
  const { depth, containers } = measureJson(bytes);
  if (depth > maxJsonDepth) {
    throw new Error(`${file}: the JSON is nested ${depth} levels deep, more than the limit of ${maxJsonDepth}.`);
  }
  if (containers > maxJsonContainers) {
    throw new Error(
      `${file}: the JSON has ${containers} objects and lists, more than the limit of ${maxJsonContainers}.`,
    );
  }
  const text = decodeText(bytes, file);
  const hasMark = text.startsWith("\ufeff");
  if (hasMark && byteOrderMark === "refuse") {
    throw new Error(`${file}: the file begins with a byte order mark, which JSON does not have; save it without one.`);
  }
  try {
    return parseWithSpecialNumbers(hasMark ? text.slice(1) : text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Error(`${file}: the file is not valid JSON: ${syntaxReason(cause)}.`, { cause });
  }
}

/** Python writes and reads NaN, Infinity and -Infinity in JSON. Throws a SyntaxError if the text is not JSON otherwise. */
function parseWithSpecialNumbers(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    // No text of the file can be the same by chance or design.
    const mark = crypto.randomUUID();
    const marked = text.replace(/"(?:[^"\\]|\\[^])*"|-?\bInfinity\b|\bNaN\b/g, (part) =>
      part.startsWith('"') ? part : `"${mark}${part}"`,
    );
    return JSON.parse(marked, (_, value: unknown) =>
      typeof value === "string" && value.startsWith(mark) ? Number(value.slice(mark.length)) : value,
    );
  }
}

/** What the parser says, without the piece of the file that it repeats. */
function syntaxReason({ message }: SyntaxError): string {
  return oneLine(message.replace(/, (\.\.\.)?".*$/s, ""));
}

/** `bytes` as UTF-8, each byte order mark kept. Throws an Error that names `file` if they are no UTF-8. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`${file}: the file is not UTF-8 text; save it as UTF-8.`, { cause });
  }
}
