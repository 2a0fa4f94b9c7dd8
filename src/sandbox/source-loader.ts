/** @file Where the loader of TypeScript lies, which threads and processes need in development. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** Address of a file of the loader's package. The package names another file for `require` than for `import`, so it is named by its path. */
export function sourceLoader(file: "loader.mjs" | "esm/api/index.mjs"): string {
  return new URL(file, pathToFileURL(createRequire(import.meta.url).resolve("tsx"))).href;
}
