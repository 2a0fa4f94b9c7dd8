/**
 * @file Builds the program, the page and the page of reports into `dist`, and says which part is at work. With `--if-changed` it
 * does nothing if no source is newer than the last build.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
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

interface Part {
  readonly name: string;
  readonly args: readonly string[];
}

const program: Part = { name: "the program", args: [typescript, "-p", "tsconfig.build.json"] };
const page: Part = { name: "the page", args: [vite, "build", "--logLevel", "warn"] };
const reportPage: Part = {
  name: "the page of reports",
  args: [vite, "build", "--mode", "report", "--logLevel", "warn"],
};
/** Made of the page of reports. */
const viewer: Part = { name: "the viewer of run files", args: ["--import", "tsx", "scripts/write-viewer.ts"] };

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

const running = new Set<ChildProcess>();

/** Builds a part in a process of its own; the first part that fails ends everything. */
async function buildPart({ name, args }: Part): Promise<void> {
  console.error(`Building ${name}`);
  const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
  running.add(child);
  const [code] = (await once(child, "exit")) as [number | null];
  running.delete(child);
  if (code === 0) return;
  for (const other of running) other.kill();
  process.exit(code ?? 1);
}

/** Builds everything, two parts at a time: the compiler keeps one core busy, and so do the pages. */
async function build(): Promise<void> {
  const began = performance.now();
  // What changes while the build runs is newer than the build.
  const startedAt = new Date();
  async function buildPages(): Promise<void> {
    await buildPart(page);
    await buildPart(reportPage);
  }
  await Promise.all([buildPart(program), buildPages()]);
  await buildPart(viewer);
  writeFileSync(stamp, "");
  utimesSync(stamp, startedAt, startedAt);
  console.error(`Built in ${Math.round((performance.now() - began) / 1000)} s`);
}

if (!process.argv.includes("--if-changed") || !isBuilt()) await build();
