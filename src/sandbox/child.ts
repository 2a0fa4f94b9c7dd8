/** @file The process of a sandbox: loads one module, does one piece of work after the other, and never outlives its parent. */
import { Worker } from "node:worker_threads";
import type { ChildMessage, ParentMessage } from "./messages.ts";

type Handle = (input: unknown, setup: unknown) => unknown;

/**
 * A thread watches the process, since the work may block the main thread for ever. It is text because a thread cannot load
 * TypeScript by itself.
 */
const watch = `
const { workerData: { parent, limitBytes } } = require("node:worker_threads");
setInterval(() => {
  if (process.ppid !== parent || process.memoryUsage.rss() > limitBytes) process.kill(process.pid, "SIGKILL");
}, 50);
`;

function main(): void {
  const [module, memoryMegabytes] = process.argv.slice(2);
  // A terminal sends SIGINT to the whole group; the parent decides when this process ends.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit());
  const workerData = { parent: process.ppid, limitBytes: Number(memoryMegabytes) * 2 ** 20 };
  new Worker(watch, { eval: true, workerData }).unref();
  const loaded = import(module!) as Promise<{ readonly handle: Handle }>;
  loaded.catch(() => undefined);
  let setup: unknown;
  process.on("message", (message: ParentMessage) => {
    if ("setup" in message) setup = message.setup;
    const input = "input" in message ? message.input : undefined;
    const work = async (): Promise<unknown> => {
      const { handle } = await loaded;
      return "input" in message ? handle(input, setup) : undefined;
    };
    void work().then(
      (output) => answer({ output }),
      (error: unknown) => answer({ error: describe(error) }),
    );
  });
}

function describe(error: unknown): { readonly message: string; readonly code?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? { message: error.message, code } : { message: error.message };
}

function answer(message: ChildMessage): void {
  process.send?.(message);
}

main();
