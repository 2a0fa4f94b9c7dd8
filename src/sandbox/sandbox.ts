/**
 * @file Does untrusted work in a child process that can be stopped. A thread is not enough: one that runs out of memory ends the
 * whole process, and one that is inside a native library cannot be ended.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ChildMessage, ParentMessage } from "./messages.ts";
import { sourceLoader } from "./source-loader.ts";

export interface SandboxOptions {
  /**
   * The module that does the work, beside the caller: `new URL("./x-work.ts", import.meta.url)`. It exports
   * `handle(input, setup)`, which returns plain data, typed arrays or a promise of them.
   */
  readonly handler: URL;
  /** Second argument of `handle`, sent once to each process. @default undefined */
  readonly setup?: unknown;
  /** Longest time that one piece of work may take, in milliseconds. The start of the process does not count. */
  readonly deadlineMs: number;
  /** Most memory of the process, heap and native memory together, in megabytes. A process needs about 60 before its work. */
  readonly memoryMegabytes: number;
  /** How long a process without work is kept, in milliseconds. @default 60_000 */
  readonly idleMs?: number;
}

/** Work that was stopped: it took too long, needed too much memory, or its process ended by itself. */
export class SandboxLimitError extends Error {
  readonly reason: "time" | "memory" | "ended";
  constructor(reason: SandboxLimitError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface Sandbox<Input, Output> {
  /**
   * Does one piece of work, after those that were given before. Throws the handler's own error (an Error with its message and
   * `code`), a SandboxLimitError when the work was stopped, and the signal's reason when it is aborted.
   */
  run(input: Input, options?: { readonly signal?: AbortSignal }): Promise<Output>;
  /** Ends the process. Work that is running rejects. */
  close(): void;
}

/** The longest that a process may take to start on a busy machine. */
const startLimitMs = 60_000;

/** A child that works. `settle` gets each message, or how the process ended. */
interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
}

/**
 * A sandbox that starts its process with the first work. `run` rejects with a SandboxLimitError when time or memory is used up or
 * the process ends, else with the handler's own error.
 */
export function createSandbox<Input, Output>(options: SandboxOptions): Sandbox<Input, Output> {
  const { deadlineMs, memoryMegabytes, idleMs = 60_000 } = options;
  let running: Running | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function end(): void {
    clearTimeout(idle);
    running?.child.kill("SIGKILL");
    running = undefined;
  }

  const isCurrent = (child: ChildProcess): boolean => running?.child === child;

  async function doWork(input: Input, signal: AbortSignal | undefined): Promise<Output> {
    signal?.throwIfAborted();
    clearTimeout(idle);
    // A process may end while it waits.
    if (running?.child.connected !== true) running = startChild(options);
    const { child } = running;
    keepAlive(child, true);
    const stop = (): void => end();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await within(startLimitMs, running.ready, stop);
      const answer = answerOf(child, memoryMegabytes);
      send(child, { input });
      return (await within(deadlineMs, answer, stop)) as Output;
    } catch (error) {
      if (error instanceof SandboxLimitError) end();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      if (isCurrent(child)) {
        keepAlive(child, false);
        idle = setTimeout(end, idleMs);
        idle.unref();
      }
    }
  }

  return {
    run(input, { signal } = {}) {
      const work = last.then(() => doWork(input, signal));
      last = work.catch(() => undefined);
      return work;
    },
    close: end,
  };
}

/** Starts a process. Only Node itself and the local time need something of the environment; untrusted work needs none of the rest. */
function startChild({ handler, setup, memoryMegabytes }: SandboxOptions): Running {
  const sources = import.meta.url.endsWith(".ts");
  const module = sources ? handler.href : handler.href.replace(/\.ts$/, ".js");
  const program = new URL(sources ? "./child.ts" : "./child.js", import.meta.url);
  const names = ["TZ", "SystemRoot", "TMPDIR", "TEMP", "TMP"].filter((name) => process.env[name] !== undefined);
  const child = fork(fileURLToPath(program), [module, String(memoryMegabytes)], {
    execArgv: [`--max-old-space-size=${memoryMegabytes}`, ...(sources ? ["--import", sourceLoader("loader.mjs")] : [])],
    env: Object.fromEntries(names.map((name) => [name, process.env[name]])),
    serialization: "advanced",
    // The message of V8 when it runs out of memory is not written for users.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ready = answerOf(child, memoryMegabytes).then(() => undefined);
  ready.catch(() => undefined);
  send(child, { setup });
  return { child, ready };
}

/** A process that waits for work does not keep this one alive. */
function keepAlive(child: ChildProcess, alive: boolean): void {
  const name = alive ? "ref" : "unref";
  child[name]();
  (child.channel as { ref(): void; unref(): void } | null | undefined)?.[name]();
}

function send(child: ChildProcess, message: ParentMessage): void {
  // A process that has ended is reported by its exit.
  if (child.connected) child.send(message, () => undefined);
}

/** The next message of a process. Rejects when the handler failed or the process ended. */
async function answerOf(child: ChildProcess, memoryMegabytes: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onExit);
      act();
    };
    const onMessage = (message: ChildMessage): void => {
      settle(() => ("error" in message ? reject(errorOf(message.error)) : resolve(message.output)));
    };
    const onExit = (code: unknown, signal?: unknown): void => {
      settle(() => reject(endError({ child, code, signal, memoryMegabytes })));
    };
    child.on("message", onMessage);
    child.on("exit", onExit);
    child.on("error", onExit);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
  });
}

function endError(end: {
  readonly child: ChildProcess;
  readonly code: unknown;
  readonly signal: unknown;
  readonly memoryMegabytes: number;
}): SandboxLimitError {
  const { child, code, signal, memoryMegabytes } = end;
  if (child.killed) return new SandboxLimitError("ended", "it was stopped");
  // The process is killed when it passes its limit, and ends by SIGABRT when its heap is full.
  if (signal === "SIGKILL" || signal === "SIGABRT" || code === 134) {
    return new SandboxLimitError("memory", `it needs more than ${memoryMegabytes} MB of memory`);
  }
  return new SandboxLimitError("ended", `its process ended by itself (${endOf(code, signal)})`);
}

function endOf(code: unknown, signal: unknown): string {
  if (code instanceof Error) return code.message;
  return typeof signal === "string" ? signal : `exit code ${String(code)}`;
}

function errorOf({ message, code }: { readonly message: string; readonly code?: string }): Error {
  return code === undefined ? new Error(message) : Object.assign(new Error(message), { code });
}

/** Waits for work no longer than `milliseconds`, then calls `stop` and throws a SandboxLimitError. */
async function within<T>(milliseconds: number, work: Promise<T>, stop: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SandboxLimitError("time", `it takes longer than ${milliseconds / 1000} s`));
      stop();
    }, milliseconds);
  });
  // The rejection that follows from stopping is not news.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
