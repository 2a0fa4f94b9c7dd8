/** @file Ends the program on SIGINT and SIGTERM: what runs is asked to stop, and what does not stop in time is ended by force. */
import { Worker } from "node:worker_threads";

/** Exit codes of a program that was asked to stop. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof exitCodes;

const names = Object.keys(exitCodes) as StopSignal[];

/** Milliseconds that the work has to stop by itself. */
const graceMs = 1500;

/**
 * Sends the signal again, which then has the system's own action. That takes a thread, since the work may block the main thread, and
 * `process.exit` would wait for what native code does. It is text because a thread cannot load TypeScript by itself.
 */
const force = `
const { workerData: { signal, graceMs } } = require("node:worker_threads");
setTimeout(() => {
  require("node:fs").writeSync(2, "Cancelled.\\n");
  process.kill(process.pid, signal);
}, graceMs);
`;

export interface StopSignals {
  /** Aborts on the first signal. */
  readonly signal: AbortSignal;
  /** The exit code of the signal that came; undefined if none did. */
  exitCode(): number | undefined;
}

/** Handles the first signal from now on. A second one ends the program at once, by the system's own action. */
export function handleStopSignals(): StopSignals {
  const controller = new AbortController();
  let first: StopSignal | undefined;
  function onSignal(signal: StopSignal): void {
    first = signal;
    for (const name of names) process.removeListener(name, onSignal);
    new Worker(force, { eval: true, workerData: { signal, graceMs } }).unref();
    controller.abort(new Error("Cancelled."));
  }
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, exitCode: () => (first === undefined ? undefined : exitCodes[first]) };
}
