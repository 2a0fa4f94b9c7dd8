/** @file The version of this program, from its package.json. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The version as package.json states it; the file lies two folders up from the sources and from the built program alike. */
export function programVersion(): string {
  const path = fileURLToPath(new URL("../../package.json", import.meta.url));
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
