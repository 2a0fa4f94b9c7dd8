/** @file The program in any process: finds the command, does it, and turns errors into a message and an exit code. */
import { inspect } from "node:util";
import { programVersion } from "../program/program-version.ts";
import { quote } from "../json/quote.ts";
import { commands, defaultCommand, isCommandName, type CommandName } from "./command-table.ts";
import { commandHelp, programHelp } from "./help.ts";
import { printable, printableLine } from "../terminal/printable.ts";
import { terminalSession, type Outputs, type Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

const exitCodes = { success: 0, failure: 1, usage: 2 } as const;

async function doCommand(args: readonly string[], session: Session): Promise<void> {
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

/** Writes an error as one sentence, or all of it if LVLM_INTERPRET_DEBUG is 1. */
export function reportError(error: unknown, { stderr }: Pick<Outputs, "stderr">): void {
  if (process.env.LVLM_INTERPRET_DEBUG === "1") {
    stderr.write(`${printable(inspect(error))}\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const line = printableLine(message);
  stderr.write(`${/[.?!]$/.test(line) ? line : `${line}.`}\n`);
}

/** Does what the arguments after the program's name say; gives the exit code. */
export async function runProgram(
  args: readonly string[],
  { outputs, signal }: { readonly outputs: Outputs; readonly signal: AbortSignal },
): Promise<number> {
  const session = terminalSession(signal, outputs);
  try {
    await doCommand(args, session);
    return exitCodes.success;
  } catch (error) {
    session.progress.clear();
    reportError(error, outputs);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
  }
}
