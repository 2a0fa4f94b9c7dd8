/** @file A folder in memory as `FileFolder`. */
import { bytesSource } from "../../src/safetensors/read.ts";
import type { FileFolder } from "../../src/storage/file-folder.ts";

/** The files by their names. */
export function memoryFolder(files: ReadonlyMap<string, Uint8Array>, path = "memory"): FileFolder {
  const pathOf = (name: string): string => `${path}/${name}`;
  const missing = (name: string): Error => new Error(`${pathOf(name)}: the file is missing.`);
  return {
    path,
    pathOf,
    has: (name) => Promise.resolve(files.has(name)),
    names: () => Promise.resolve([...files.keys()].filter((name) => !name.includes("/")).sort()),
    read(name, maxBytes) {
      const bytes = files.get(name);
      if (bytes === undefined || bytes.length <= maxBytes) return Promise.resolve(bytes);
      const sentence = `${pathOf(name)}: the file has ${bytes.length} bytes, more than the limit of ${maxBytes}.`;
      return Promise.reject(new Error(sentence));
    },
    locate: (name) => (files.has(name) ? Promise.resolve(name) : Promise.reject(missing(name))),
    open(location) {
      const bytes = files.get(location);
      if (bytes === undefined) return Promise.reject(missing(location));
      return Promise.resolve({ ...bytesSource(bytes), close: () => Promise.resolve() });
    },
  };
}
