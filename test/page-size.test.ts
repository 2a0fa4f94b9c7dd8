/** @file The page stays small: what a browser fetches before the first tab is shown. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { firstLoadOf } from "../bench/page/page-size.ts";

const folder = fileURLToPath(new URL("../dist/web", import.meta.url));
const goalBytes = 200_000;

test("scripts and styles of the first load, with the largest tab, stay under 200 KB with gzip", () => {
  expect(existsSync(join(folder, "index.html")), "The page is not built; npm test builds it.").toBe(true);
  const { page, largestTab, parts } = firstLoadOf(folder);
  expect(parts).toBeGreaterThanOrEqual(6);
  expect(page.gzipBytes).toBeGreaterThan(50_000);
  expect(page.gzipBytes + largestTab.gzipBytes).toBeLessThan(goalBytes);
});
