/**
 * @file Before and after `npm pack`: takes the install script out of the bundled ONNX Runtime, and puts it back. On Linux (x64) the
 * script downloads CUDA files from outside of the package registry, which are not used, and fails the installation without them.
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../node_modules/onnxruntime-node/package.json", import.meta.url);
const name = "postinstall";
const kept = "//postinstall";

interface PackageFile {
  scripts: Record<string, string>;
}

/** Renames a script of the package; does nothing if it has the new name already. */
function renameScript(from: string, to: string): void {
  const content = JSON.parse(readFileSync(file, "utf8")) as PackageFile;
  const scripts = Object.entries(content.scripts).map(([key, value]) => [key === from ? to : key, value] as const);
  writeFileSync(file, `${JSON.stringify({ ...content, scripts: Object.fromEntries(scripts) }, null, 2)}\n`);
}

if (process.argv[2] === "restore") renameScript(kept, name);
else renameScript(name, kept);
