/** @file The size of the built page as browsers fetch it: scripts and styles, compressed. */
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export interface PageSize {
  readonly files: number;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
}

/** Sizes of all scripts and styles in the folder of the built page. */
export async function scriptAndStyleSize(folder: string): Promise<PageSize> {
  const names = await readdir(folder, { recursive: true });
  const wanted = names.filter((name) => [".js", ".css"].includes(extname(name)));
  const contents = await Promise.all(wanted.map((name) => readFile(join(folder, name))));
  const sum = (size: (content: Buffer) => number): number =>
    contents.reduce((total, content) => total + size(content), 0);
  return {
    files: contents.length,
    bytes: sum((content) => content.length),
    gzipBytes: sum((content) => gzipSync(content).length),
    brotliBytes: sum((content) => brotliCompressSync(content).length),
  };
}
