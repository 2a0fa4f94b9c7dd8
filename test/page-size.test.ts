/** @file The page stays small: what a browser fetches before the first tab is shown. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../dist/web", import.meta.url));
const goalBytes = 200_000;

const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");
const allMatches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

/** A script with every script that it imports at once. */
function closureOf(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of allMatches(textOf(name), /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
    closureOf(`assets/${next}`, found);
  }
  return found;
}

function gzipBytes(names: Iterable<string>): number {
  return [...names].reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0);
}

test("scripts and styles of the first load, with the largest tab, stay under 200 KB with gzip", () => {
  expect(existsSync(join(folder, "index.html")), "The page is not built; npm test builds it.").toBe(true);
  const linked = allMatches(textOf("index.html"), /(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g);
  const first = new Set(linked.flatMap((name) => (name.endsWith(".js") ? [...closureOf(name)] : [name])));
  const scripts = [...first].filter((name) => name.endsWith(".js"));
  const tabs = scripts.flatMap((name) => allMatches(textOf(name), /import\(\s*["'`]\.\/([^"'`]+\.js)["'`]/g));
  expect(tabs.length).toBeGreaterThanOrEqual(6);
  const styles = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".css"));
  const largestTab = Math.max(
    ...tabs.map((tab) => gzipBytes([...closureOf(`assets/${tab}`)].filter((n) => !first.has(n)))),
  );
  const largestStyle = Math.max(
    0,
    ...styles
      .map((name) => `assets/${name}`)
      .filter((name) => !first.has(name))
      .map((name) => gzipBytes([name])),
  );
  expect(gzipBytes(first)).toBeGreaterThan(50_000);
  expect(gzipBytes(first) + largestTab + largestStyle).toBeLessThan(goalBytes);
});
