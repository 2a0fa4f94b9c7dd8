/** @file Runs the built program as a user does, in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = `${root}dist/cli/main.js`;

export const demoExamples = `${root}demo/examples`;
export const demoCheckpoint = `${root}demo/checkpoint`;
export const fixtures = `${root}test/fixtures`;

export interface CliOptions {
  /** Working folder; what the program caches goes there, too. */
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program. */
export function startCli(args: readonly string[], { cwd, environment = {} }: CliOptions): ChildProcess {
  if (!existsSync(program)) throw new Error("dist/cli/main.js is missing; run npm run build first.");
  return spawn(process.execPath, [program, ...args], {
    cwd,
    env: {
      ...process.env,
      LVLM_INTERPRET_CACHE: `${cwd}/cache`,
      HF_HUB_CACHE: `${cwd}/hub`,
      LVLM_INTERPRET_DEBUG: "",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Collects what a process writes until it ends. */
export function finished(child: ChildProcess): Promise<CliResult> {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]!.setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...texts }));
  });
}

/** Runs the program to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return finished(startCli(args, options));
}
