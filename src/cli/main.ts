#!/usr/bin/env node
/** @file The program: finds the command, does it, and turns errors into a message and an exit code. */
import { inspect } from "node:util";
import { programVersion } from "../program/program-version.ts";
import { quote } from "../json/quote.ts";
import { commands, defaultCommand, isCommandName, type CommandName } from "./command-table.ts";
import { commandHelp, programHelp } from "./help.ts";
import { printable, printableLine } from "./printable.ts";
import { terminalSession, type Session } from "./session.ts";
import { handleStopSignals } from "./stop-signals.ts";
import { UsageError } from "./usage-error.ts";

const exitCodes = { failure: 1, usage: 2, brokenPipe: 141 } as const;

async function runProgram(args: readonly string[], session: Session): Promise<void> {
  const [first, ...rest] = args;
  if (first === "--help" || first === "-h" || first === "help") {
    session.write(programHelp());
  } else if (first === "--version" || first === "-v") {
    session.print(programVersion());
  } else if (first === undefined || first.startsWith("-")) {
    await runCommand(defaultCommand, args, session);
  } else if (isCommandName(first)) {
    await runCommand(first, rest, session);
  } else {
    const names = Object.keys(commands).join(", ");
    throw new UsageError(`${quote(first)} is not a command; the commands are ${names}.`);
  }
}

async function runCommand(name: CommandName, args: readonly string[], session: Session): Promise<void> {
  // Help is wanted even if the rest is not right yet.
  if (args.includes("--help") || args.includes("-h")) {
    session.write(commandHelp(name));
    return;
  }
  await commands[name].run(args, session);
}

function reportError(error: unknown): void {
  if (process.env.LVLM_INTERPRET_DEBUG === "1") {
    console.error(printable(inspect(error)));
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const line = printableLine(message);
  console.error(/[.?!]$/.test(line) ? line : `${line}.`);
}

async function main(): Promise<void> {
  // A reader such as `head` may close the pipe; what it does not read is not missed.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.brokenPipe : exitCodes.failure);
  });
  process.stderr.on("error", () => undefined);
  process.on("uncaughtException", (error) => {
    reportError(error);
    process.exit(exitCodes.failure);
  });
  const stop = handleStopSignals();
  const session = terminalSession(stop.signal);
  try {
    await runProgram(process.argv.slice(2), session);
  } catch (error) {
    session.progress.clear();
    reportError(error);
    process.exitCode = stop.exitCode() ?? (error instanceof UsageError ? exitCodes.usage : exitCodes.failure);
  }
}

await main();
