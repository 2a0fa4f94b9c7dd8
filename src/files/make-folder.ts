/** @file Makes folders, one after the other from the first that exists. */
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and the folders above it that do not exist; what exists stays. Node's own recursive option tries for ever if a file
 * system answers ENOENT although the folder above exists, as that of processes does. Throws the error of the file system.
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  let folder = resolve(path);
  while (!(await exists(folder)) && dirname(folder) !== folder) {
    missing.push(folder);
    folder = dirname(folder);
  }
  // That something else has the name of a folder above is said by the first that is made in it.
  if (missing.length === 0 && !(await stat(folder)).isDirectory()) {
    throw Object.assign(new Error(`EEXIST: file already exists, mkdir '${folder}'`), { code: "EEXIST", path: folder });
  }
  for (const each of missing.reverse()) {
    await mkdir(each).catch((error: unknown) => {
      // Another process may make it at the same time.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
