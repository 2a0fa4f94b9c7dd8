/** @file Runs the built program: as a user does, in a process of its own, or in this one, which takes a tenth of the time. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type * as Program from "../../src/cli/program.ts";

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

/** The variables of a program whose caches lie in its working folder. */
function variablesOf({ cwd, environment = {} }: CliOptions): Readonly<Record<string, string>> {
  return {
    LVLM_INTERPRET_CACHE: `${cwd}/cache`,
    HF_HUB_CACHE: `${cwd}/hub`,
    LVLM_INTERPRET_DEBUG: "",
    ...environment,
  };
}

function requireBuild(): void {
  if (!existsSync(program)) throw new Error("dist/cli/main.js is missing; run npm run build first.");
}

/** Starts the program. */
export function startCli(args: readonly string[], options: CliOptions): ChildProcess {
  requireBuild();
  return spawn(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...variablesOf(options) },
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

/** Runs the program to its end, in a process of its own. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return finished(startCli(args, options));
}

let last: Promise<unknown> = Promise.resolve();

/** Runs the program to its end in this process, whose working folder and variables it has for as long; one run after another. */
export function runHere(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const result = last.then(() => runInThisProcess(args, options));
  last = result.catch(() => undefined);
  return result;
}

async function runInThisProcess(args: readonly string[], options: CliOptions): Promise<CliResult> {
  requireBuild();
  const { runProgram } = (await import(new URL("../../dist/cli/program.js", import.meta.url).href)) as typeof Program;
  const texts = { stdout: "", stderr: "" };
  const outputs = {
    stdout: { write: (text: string) => (texts.stdout += text) },
    stderr: { write: (text: string) => (texts.stderr += text) },
  };
  const before = { cwd: process.cwd(), env: process.env };
  process.chdir(options.cwd);
  process.env = { ...before.env, ...variablesOf(options) };
  try {
    const code = await runProgram(args, { outputs, signal: new AbortController().signal });
    return { code, ...texts };
  } finally {
    process.chdir(before.cwd);
    process.env = before.env;
  }
}
