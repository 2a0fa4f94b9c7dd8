/** @file Reads JSON and text files of a folder, within limits. */
import { decodeText, maxJsonBytes, parseJson } from "../json/parse-json.ts";
import type { FileFolder } from "./file-folder.ts";

export interface JsonFile {
  readonly value: unknown;
  /** The file as it is stored. */
  readonly bytes: Uint8Array;
}

/** Reads and parses a JSON file. Throws an Error that names the file if it is missing, too large or too deep, or not JSON. */
export async function readJsonFile(folder: FileFolder, name: string): Promise<JsonFile> {
  const file = await readOptionalJsonFile(folder, name);
  if (file === undefined) {
    throw new Error(`${folder.pathOf(name)}: the file is missing; is the checkpoint complete?`);
  }
  return file;
}

/** As `readJsonFile`, but undefined if the file does not exist. */
export async function readOptionalJsonFile(folder: FileFolder, name: string): Promise<JsonFile | undefined> {
  const bytes = await folder.read(name, maxJsonBytes);
  return bytes === undefined ? undefined : { value: parseJson(bytes, folder.pathOf(name)), bytes };
}

/**
 * The text of a file as Python's `open(file, encoding="utf-8")` reads it; undefined if it does not exist. A byte order mark stays in the
 * text, as U+FEFF. Throws an Error if the file has more than `maxBytes` or is not UTF-8.
 */
export async function readTextFile(folder: FileFolder, name: string, maxBytes: number): Promise<string | undefined> {
  const bytes = await folder.read(name, maxBytes);
  return bytes === undefined ? undefined : decodeText(bytes, folder.pathOf(name));
}
