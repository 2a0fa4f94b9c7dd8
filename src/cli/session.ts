/** @file What a command has of the terminal: the outputs of results and progress, and how it is cancelled. */
import type { Progress } from "../engine/progress.ts";
import { printable, printableJson, printableLine } from "../terminal/printable.ts";
import { progressBar, type Output, type ProgressBar } from "../terminal/progress-bar.ts";

export interface Session {
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  /** True if the results go to a terminal, so that they may be shown as they come. */
  readonly isInteractive: boolean;
  /** Writes a part of the result. */
  write(text: string): void;
  /** Writes a line of the result. */
  print(line: string): void;
  /** Writes a value as JSON; with `indent` 0 in one line. */
  printJson(value: unknown, indent?: number): void;
  /** Writes a warning beside the results, on standard error. */
  warn(sentence: string): void;
  readonly progress: ProgressBar;
}

const stageNames: { readonly [S in Progress["stage"]]: string } = {
  weights: "Widening the weights, once",
  vision: "Looking at the picture",
  prefill: "Reading the question",
  decode: "Answering",
  trace: "Tracing the layers",
  lens: "Reading the lens",
  gradient: "Taking derivatives",
};

/** The bar of an engine's progress. */
export function showProgress({ progress }: Session): (step: Progress) => void {
  return ({ stage, done, total }) => progress.show(stageNames[stage], total === 0 ? 1 : done / total);
}

/** Where results go, and what is said beside them: a process, or what takes its place. */
export interface Outputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The session of a command that writes to these outputs. */
export function terminalSession(signal: AbortSignal, { stdout, stderr }: Outputs): Session {
  const progress = progressBar(stderr);
  const write = (text: string): void => {
    progress.clear();
    stdout.write(printable(text));
  };
  return {
    signal,
    isInteractive: stdout.isTTY === true,
    write,
    print: (line) => write(`${line}\n`),
    printJson: (value, indent) => write(`${printableJson(value, indent)}\n`),
    warn(sentence) {
      progress.clear();
      stderr.write(`Warning: ${printableLine(sentence)}\n`);
    },
    progress,
  };
}
