/**
 * @file Builds the program, the page and the page of reports into `dist`, and says which part is at work. With `--if-changed` it
 * does nothing if no source is newer than the last build.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "dist/.built");

/** Everything that the build reads, packages by the file that pins them. */
const sources = [
  "src",
  "web",
  "scripts",
  "vite.config.ts",
  "tsconfig.json",
  "tsconfig.build.json",
  "package.json",
  "package-lock.json",
];

const typescript = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
const vite = join(createRequire(import.meta.url).resolve("vite/package.json"), "../bin/vite.js");

const steps = [
  { name: "the program", args: [typescript, "-p", "tsconfig.build.json"] },
  { name: "the page", args: [vite, "build", "--logLevel", "warn"] },
  { name: "the page of reports", args: [vite, "build", "--mode", "report", "--logLevel", "warn"] },
  { name: "the viewer of run files", args: ["--import", "tsx", "scripts/write-viewer.ts"] },
] as const;

/** Milliseconds since 1970 of the last change in a file or folder. A folder changes when a file in it is added or removed. */
function lastChange(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((last, name) => Math.max(last, lastChange(join(path, name))), status.mtimeMs);
}

function isBuilt(): boolean {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  return built !== undefined && sources.every((name) => lastChange(join(root, name)) <= built);
}

function build(): void {
  const began = performance.now();
  // What changes while the build runs is newer than the build.
  const startedAt = new Date();
  for (const [index, { name, args }] of steps.entries()) {
    console.error(`Building ${name} (${index + 1} of ${steps.length})`);
    const { status, signal } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
    if (status !== 0) process.exit(signal === null ? (status ?? 1) : 1);
  }
  writeFileSync(stamp, "");
  utimesSync(stamp, startedAt, startedAt);
  console.error(`Built in ${Math.round((performance.now() - began) / 1000)} s`);
}

if (!process.argv.includes("--if-changed") || !isBuilt()) build();
