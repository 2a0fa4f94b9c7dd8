/** @file A folder on the disk as `FileFolder`. */
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { FileFolder } from "../storage/file-folder.ts";
import { openFileSource, readLimitedFile } from "./regular-file.ts";

/** The files in `path`. Links are followed; what lies at the end of a link has one location, whatever its name. */
export function diskFolder(path: string): FileFolder {
  const root = resolve(path);
  const pathOf = (name: string): string => join(root, name);
  return {
    path: root,
    pathOf,
    has: (name) =>
      stat(pathOf(name)).then(
        () => true,
        () => false,
      ),
    names: async () => (await readdir(root)).sort(),
    read: (name, maxBytes) => readLimitedFile(pathOf(name), maxBytes),
    // The Hugging Face cache keeps links in its snapshots; ONNX Runtime refuses links that leave their folder.
    locate: (name) => realpath(pathOf(name)),
    open: openFileSource,
  };
}
