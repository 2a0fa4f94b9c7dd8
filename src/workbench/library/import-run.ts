/** @file Takes in a run file from elsewhere: written beside, checked, and only then given a name. */
import { createHash } from "node:crypto";
import { openRegularFile } from "../../files/open-file.ts";
import { fileErrorCode } from "../../files/file-error.ts";
import { moveToFreeName, removeQuietly, writeHalfFile } from "../../files/write-file.ts";
import { formatBytes } from "../../tensor/byte-size.ts";
import { ProblemError } from "../../problem/problem.ts";
import { openedRunOf } from "../run-files.ts";
import { inRunFolder } from "./run-folder.ts";
import { idOfFileName } from "../../run/run-id.ts";
import { moveToNextId, runPath } from "./run-ids.ts";

/** Largest run file that is taken in. */
export const maxRunBytes = 16 * 2 ** 30;

export interface ImportedFile {
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
}

interface Received {
  readonly path: string;
  readonly size: number;
  readonly digest: string;
}

async function receive(folder: string, { name, body }: ImportedFile): Promise<Received> {
  const hash = createHash("sha256");
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxRunBytes) {
        throw new ProblemError(
          "too-large",
          `${name} has more than ${formatBytes(maxRunBytes)}, the limit of a run file.`,
        );
      }
      hash.update(chunk);
      yield chunk;
    }
  }
  const path = await writeHalfFile(folder, counted());
  return { path, size, digest: hash.digest("hex") };
}

/** Whether a run of these very bytes lies at a path. */
async function isSameFile(path: string, { size, digest }: Received): Promise<boolean> {
  const opened = await openRegularFile(path, { follow: false }).catch(() => undefined);
  if (opened === undefined) return false;
  try {
    if (opened.status.size !== size) return false;
    const hash = createHash("sha256");
    for await (const chunk of opened.handle.createReadStream({ autoClose: false })) hash.update(chunk as Uint8Array);
    return hash.digest("hex") === digest;
  } finally {
    await opened.handle.close();
  }
}

/** Throws an Error about the first thing that is wrong with the file, by the name that the user knows. */
async function checkRun(path: string, name: string): Promise<void> {
  const opened = await openRegularFile(path, { follow: false });
  try {
    await (await openedRunOf(opened, name)).close();
  } catch (error) {
    if (fileErrorCode(error) !== undefined) throw error;
    throw new ProblemError("bad-request", (error as Error).message, { cause: error });
  }
}

/**
 * Takes a run file into the folder, and returns its id: the file's own name if that is free, else the next number. A file that is
 * there already, byte for byte, is not taken in twice. Nothing stays behind if it is no run.
 */
export async function importRunFile(folder: string, file: ImportedFile, takenIds: Iterable<string>): Promise<string> {
  return inRunFolder(folder, { name: "The run file", work: "written" }, async () => {
    const received = await receive(folder, file);
    try {
      await checkRun(received.path, file.name);
      const taken = [...takenIds];
      const own = idOfFileName(file.name);
      if (own !== undefined) {
        const path = runPath(folder, own);
        if (await isSameFile(path, received)) return own;
        if (!taken.includes(own) && (await moveToFreeName(received.path, path))) return own;
      }
      return await moveToNextId(folder, received.path, taken);
    } finally {
      await removeQuietly(received.path);
    }
  });
}
