/** @file Checks the files that a command is to write before it does any work: none may take the place of what it reads, or of what others made. */
import { access, constants, lstat, readdir, realpath, stat } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { FileError, fileError, fileErrorCode, withFileErrors } from "../../files/file-error.ts";
import { freeBytes } from "../../files/free-space.ts";
import { removeHalfFiles } from "../../files/half-files.ts";
import { formatBytes } from "../../tensor/byte-size.ts";
import { isOwnOutput, type OutputKind } from "./written-files.ts";

/** A file or a folder that a command reads. Of a folder, everything in it. */
interface CommandInput {
  readonly path: string;
  /** What it is, with its article: "the picture". */
  readonly what: string;
}

export interface OutputRule {
  readonly kind: OutputKind;
  readonly inputs: readonly CommandInput[];
  /** Whether files that others made may be replaced. Inputs never are. */
  readonly force: boolean;
}

/** The rule of a command that reads no file. */
export const plainRule: Omit<OutputRule, "kind"> = { inputs: [], force: false };

/** Names that a checkpoint's reader looks for: a new one in a model's folder would change the model. */
const weightsName = "model.safetensors";

async function statusOf(path: string): Promise<BigIntStats | undefined> {
  return stat(path, { bigint: true }).catch(() => undefined);
}

/** Whether two names stand for one file, as links and hard links do, or two ways to write a name. */
function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Throws an Error if the path stands for a file that is read, by whatever name. */
async function checkInput(path: string, output: BigIntStats, { path: input, what }: CommandInput): Promise<void> {
  const status = await statusOf(input);
  if (status === undefined) return;
  const names = status.isDirectory() ? await readdir(input).catch(() => []) : [];
  const files = status.isDirectory() ? names.map((name) => join(input, name)) : [input];
  for (const file of files) {
    const other = await statusOf(file);
    if (other === undefined || !isSameFile(output, other)) continue;
    const which = status.isDirectory() ? `a file of ${what}` : what;
    throw new Error(`${path} is ${which}, which this command reads, so it is not written over; choose another --out.`);
  }
}

/** Throws an Error if an existing file must stay. */
async function checkExisting(path: string, output: BigIntStats, { kind, inputs, force }: OutputRule): Promise<void> {
  for (const input of inputs) await checkInput(path, output, input);
  if (await isOwnOutput(path, kind)) return;
  const real = await realpath(path);
  for (const { path: input, what } of inputs) {
    const folder = await realpath(input).catch(() => undefined);
    if (folder === undefined || !isWithin(folder, real)) continue;
    throw new Error(`${path} lies in the folder of ${what} and was not written by this program; choose another --out.`);
  }
  if (force) return;
  throw new Error(
    `${path} is there already, and this program did not write it; choose another --out, or add --force to replace it.`,
  );
}

/** Throws an Error if a new file would be read as a part of a model. */
async function checkNew(path: string, { inputs }: OutputRule): Promise<void> {
  if (basename(path).toLowerCase() !== weightsName) return;
  const folder = await realpath(dirname(path)).catch(() => undefined);
  for (const { path: input, what } of inputs) {
    if (folder === undefined || (await realpath(input).catch(() => undefined)) !== folder) continue;
    throw new Error(`${path} would be read as the weights of ${what}; choose another --out.`);
  }
}

/** Throws an Error if the folder of a new file is missing, no folder, or cannot be written to. */
async function checkFolder(path: string): Promise<void> {
  await withFileErrors(path, "written", async () => {
    const folder = dirname(path);
    const status = await stat(folder);
    if (!status.isDirectory()) throw new FileError(path, { work: "written", code: "ENOTDIR" });
    await access(folder, constants.W_OK);
    await removeHalfFiles(folder);
  });
}

/**
 * Throws an Error if a file must not or cannot be written at this path: its folder is missing or cannot be written to, the name is
 * too long, it is a folder or a device, it is a file that the command reads, by this or another name, or a file that this program did not
 * write. An older output of the same kind may be replaced. Half files in the folder whose writers are gone are removed.
 */
export async function checkOutput(path: string, rule: OutputRule): Promise<void> {
  await checkFolder(path);
  try {
    await lstat(path);
  } catch (error) {
    if (fileErrorCode(error) !== "ENOENT") throw fileError(error, path, "written");
    return checkNew(path, rule);
  }
  const status = await stat(path, { bigint: true }).catch((error: unknown) => {
    if (fileErrorCode(error) !== "ENOENT") throw fileError(error, path, "written");
    throw new Error(`${path} is a link to a file that does not exist; choose another --out.`, { cause: error });
  });
  if (status.isDirectory()) throw new FileError(path, { work: "written", code: "EISDIR" });
  if (!status.isFile()) throw new FileError(path, { work: "written", code: "ENXIO" });
  await checkExisting(path, status, rule);
}

/** Throws an Error if the disk of a file to be written has not room for as many bytes. */
export async function requireRoomFor(path: string, bytes: number): Promise<void> {
  const free = await withFileErrors(path, "written", () => freeBytes(dirname(path)));
  if (free >= bytes) return;
  throw new Error(
    `${path} would take up to ${formatBytes(bytes)}, and its disk has ${formatBytes(free)} left; free some space or record less.`,
  );
}
