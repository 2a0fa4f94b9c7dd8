#!/usr/bin/env node
/** @file The program as a process: its arguments, outputs, signals and exit code. */
import { reportError, runProgram } from "./program.ts";
import { handleStopSignals } from "./stop-signals.ts";

const exitCodes = { failure: 1, brokenPipe: 141 } as const;

async function main(): Promise<void> {
  // A reader such as `head` may close the pipe; what it does not read is not missed.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.brokenPipe : exitCodes.failure);
  });
  process.stderr.on("error", () => undefined);
  process.on("uncaughtException", (error) => {
    reportError(error, process);
    process.exit(exitCodes.failure);
  });
  const stop = handleStopSignals();
  const code = await runProgram(process.argv.slice(2), { outputs: process, signal: stop.signal });
  if (code !== 0) process.exitCode = stop.exitCode() ?? code;
}

await main();
