/** @file The size of what a browser fetches of the built page before the first tab is shown: scripts and styles, compressed. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

interface PageSize {
  readonly files: number;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly brotliBytes: number;
}

export interface FirstLoad {
  /** What index.html fetches at once: its scripts with all that they import, and its styles. */
  readonly page: PageSize;
  /** What the tab with the largest scripts, and the one with the largest styles, add to it. */
  readonly largestTab: PageSize;
  /** Number of tabs and other parts that are fetched when they are opened. */
  readonly parts: number;
}

const allMatches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

/** Reads the first load of the page in `folder`, as it was built. */
export function firstLoadOf(folder: string): FirstLoad {
  const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");

  /** A script with every script that it imports at once. */
  function closureOf(name: string, found = new Set<string>()): Set<string> {
    if (found.has(name)) return found;
    found.add(name);
    for (const next of allMatches(textOf(name), /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
      closureOf(`assets/${next}`, found);
    }
    return found;
  }

  function sizeOf(names: Iterable<string>): PageSize {
    const texts = [...names].map(textOf);
    const sum = (size: (text: string) => number): number => texts.reduce((total, text) => total + size(text), 0);
    return {
      files: texts.length,
      bytes: sum((text) => Buffer.byteLength(text)),
      gzipBytes: sum((text) => gzipSync(text).length),
      brotliBytes: sum((text) => brotliCompressSync(text).length),
    };
  }
  const largest = (sizes: readonly PageSize[]): PageSize =>
    sizes.reduce((a, b) => (b.gzipBytes > a.gzipBytes ? b : a), sizeOf([]));

  const linked = allMatches(textOf("index.html"), /(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g);
  const first = new Set(linked.flatMap((name) => (name.endsWith(".js") ? [...closureOf(name)] : [name])));
  const scripts = [...first].filter((name) => name.endsWith(".js"));
  const parts = scripts.flatMap((name) => allMatches(textOf(name), /import\(\s*["'`]\.\/([^"'`]+\.js)["'`]/g));
  const styles = readdirSync(join(folder, "assets"))
    .filter((name) => name.endsWith(".css"))
    .map((name) => `assets/${name}`);
  const script = largest(parts.map((name) => sizeOf([...closureOf(`assets/${name}`)].filter((n) => !first.has(n)))));
  const style = largest(styles.filter((name) => !first.has(name)).map((name) => sizeOf([name])));
  const largestTab = {
    files: script.files + style.files,
    bytes: script.bytes + style.bytes,
    gzipBytes: script.gzipBytes + style.gzipBytes,
    brotliBytes: script.brotliBytes + style.brotliBytes,
  };
  return { page: sizeOf(first), largestTab, parts: parts.length };
}
