/** @file Takes in a run file from elsewhere: written beside, checked, and only then given a name. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatBytes } from "../../tensor/byte-size.ts";
import { ProblemError } from "../problem.ts";
import { openRunFile } from "../run-files.ts";
import { idOfFileName, reserveId, reserveNextId, runPath } from "./run-ids.ts";

/** Largest run file that is taken in. */
export const maxRunBytes = 16 * 2 ** 30;

export interface ImportedFile {
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

async function receive(path: string, { name, body }: ImportedFile): Promise<{ size: number; digest: string }> {
  const hash = createHash("sha256");
  let size = 0;
  const file = await open(path, "wx");
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxRunBytes) {
        throw new ProblemError(
          "too-large",
          `${name} has more than ${formatBytes(maxRunBytes)}, the limit of a run file.`,
        );
      }
      hash.update(chunk);
      await file.writeFile(chunk);
    }
  } finally {
    await file.close();
  }
  return { size, digest: hash.digest("hex") };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** Throws one sentence about the first thing that is wrong with the file, by the name that the user knows. */
async function checkRun(path: string, name: string): Promise<void> {
  try {
    await (await openRunFile(path)).close();
  } catch (error) {
    const message = (error as Error).message.replaceAll(path, name);
    throw new ProblemError("bad-request", message, { cause: error });
  }
}

/**
 * Takes a run file into the folder, and returns its id: the file's own name where that is free, else the next number. A file that is
 * there already, byte for byte, is not taken in twice. Nothing stays behind where it is no run.
 */
export async function importRunFile(folder: string, file: ImportedFile, takenIds: Iterable<string>): Promise<string> {
  const temporary = join(folder, `.import-${randomBytes(6).toString("hex")}.partial`);
  try {
    const { size, digest } = await receive(temporary, file);
    await checkRun(temporary, file.name);
    const taken = [...takenIds];
    const own = idOfFileName(file.name);
    if (own !== undefined) {
      const path = runPath(folder, own);
      const there = await stat(path).catch(() => undefined);
      if (there?.size === size && (await digestOf(path)) === digest) return own;
    }
    const isFree = own !== undefined && !taken.includes(own) && (await reserveId(folder, own));
    const id = isFree ? own : await reserveNextId(folder, taken);
    await rename(temporary, runPath(folder, id));
    return id;
  } finally {
    await rm(temporary, { force: true });
  }
}
