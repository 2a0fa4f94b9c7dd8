/** @file Reads the text files of checkpoints as Python's `open(file, encoding="utf-8")` does. */
import { readLimitedFile } from "./regular-file.ts";

/**
 * The text of a file; undefined where it does not exist. A byte order mark stays in the text, as U+FEFF. Throws one sentence where
 * the file has more than `maxBytes` or is not UTF-8.
 */
export async function readTextFile(path: string, maxBytes: number): Promise<string | undefined> {
  const bytes = await readLimitedFile(path, maxBytes);
  return bytes === undefined ? undefined : decodeText(bytes, path);
}

/** `bytes` as UTF-8, each byte order mark kept. Throws one sentence that names `file` where they are no UTF-8. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error(`${file}: the file is not UTF-8 text; save it as UTF-8.`, { cause });
  }
}
