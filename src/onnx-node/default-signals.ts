/** @file Lets the system end the process while the library computes, since no handler of a signal runs then. */
import { setImmediate as nextTurn } from "node:timers/promises";

const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Does work that blocks the main thread, with the system's own action for SIGINT and SIGTERM, which ends the process at once. The
 * handlers are put back afterwards.
 */
export async function withDefaultSignals<T>(work: () => Promise<T>): Promise<T> {
  // A signal that has come already still waits for its handler, and would be lost with it.
  await nextTurn();
  const handlers = signals.map((signal) => ({ signal, listeners: process.listeners(signal) }));
  for (const { signal } of handlers) process.removeAllListeners(signal);
  try {
    return await work();
  } finally {
    for (const { signal, listeners } of handlers) for (const listener of listeners) process.on(signal, listener);
  }
}
