/** @file The room on a disk, checked before work whose result would not fit. */
import { statfs } from "node:fs/promises";

/** Bytes that the user may still write on the disk of a folder. Throws the error of the file system if the folder is missing. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
