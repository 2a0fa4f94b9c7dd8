/** @file Learns causal graphs in worker threads, one a core, so that many heads go at once and the server answers meanwhile. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { CausalGraphFinding } from "../run/causes.ts";
import { sourceLoader } from "../sandbox/source-loader.ts";
import { transferred, type GraphResult, type GraphTask } from "./graph-task.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";

type Answer<Result> = { readonly found: Result } | { readonly error: string };

export interface GraphPool extends GraphLearner {
  close(): Promise<void>;
}

/** A graph takes some megabytes; a thread that passes this ends alone. */
const resourceLimits = { maxOldGenerationSizeMb: 1024 } as const;

/** Sources are TypeScript in development, which a thread reads with the help of a loader. */
function openThread(): Worker {
  const sources = import.meta.url.endsWith(".ts");
  const url = new URL(sources ? "./graph-worker.ts" : "./graph-worker.js", import.meta.url);
  if (!sources) return new Worker(url, { resourceLimits });
  const [from, program] = [JSON.stringify(sourceLoader("esm/api/index.mjs")), JSON.stringify(url.href)];
  return new Worker(`import(${from}).then(({ register }) => { register(); return import(${program}); })`, {
    eval: true,
    resourceLimits,
  });
}

function startWorker(): Worker {
  const worker = openThread();
  // A thread that waits for work does not keep the process alive.
  worker.unref();
  return worker;
}

export interface GraphPoolOptions {
  /** @default one a core */
  readonly threads?: number;
  /** Longest time that one graph, or one stability, may take in milliseconds. @default 100_000 */
  readonly deadlineMs?: number;
}

/** Below the time in which the server has to answer, so that a page gets this pool's sentence. */
const defaultDeadlineMs = 100_000;

/** A pool whose threads start with the first work and wait for more afterwards. */
export function graphPool({
  threads = availableParallelism(),
  deadlineMs = defaultDeadlineMs,
}: GraphPoolOptions = {}): GraphPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  async function take(): Promise<Worker> {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.size < threads) {
      const worker = startWorker();
      all.add(worker);
      return worker;
    }
    return new Promise((resolve) => waiting.push(resolve));
  }
  function giveBack(worker: Worker): void {
    const next = waiting.shift();
    if (next !== undefined) next(worker);
    else {
      worker.unref();
      idle.push(worker);
    }
  }
  function discard(worker: Worker): void {
    all.delete(worker);
    void worker.terminate();
    const next = waiting.shift();
    if (next === undefined) return;
    const fresh = startWorker();
    all.add(fresh);
    next(fresh);
  }

  async function doTask<Task extends GraphTask>(task: Task, signal?: AbortSignal): Promise<GraphResult<Task>> {
    const worker = await take();
    if (signal?.aborted === true) {
      giveBack(worker);
      throw signal.reason as Error;
    }
    worker.ref();
    return new Promise((resolve, reject) => {
      const stop = (reason: Error): void => {
        settle();
        discard(worker);
        reject(reason);
      };
      const timer = setTimeout(() => {
        const seconds = deadlineMs / 1000;
        stop(
          new Error(`The causal graph takes longer than ${seconds} s; raise the attention threshold, or lower alpha.`),
        );
      }, deadlineMs);
      const settle = (): void => {
        clearTimeout(timer);
        worker.off("message", onAnswer);
        worker.off("error", onError);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAnswer = (answer: Answer<GraphResult<Task>>): void => {
        settle();
        giveBack(worker);
        if ("found" in answer) resolve(answer.found);
        else reject(new Error(answer.error));
      };
      const onError = (error: Error): void => stop(error);
      const onAbort = (): void => stop(signal!.reason as Error);
      worker.on("message", onAnswer);
      worker.on("error", onError);
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.postMessage(task, transferred(task));
    });
  }

  return {
    async learn(works, { signal, onDone } = {}) {
      const found: CausalGraphFinding[] = [];
      const running = new Set<Promise<void>>();
      let failed: unknown;
      let index = 0;
      let done = 0;
      for await (const work of works) {
        signal?.throwIfAborted();
        if (failed !== undefined) break;
        const place = index++;
        const one = doTask({ kind: "graph", work }, signal).then(
          (finding) => {
            found[place] = finding;
            onDone?.(++done);
          },
          (error: unknown) => {
            failed ??= error;
          },
        );
        running.add(one);
        void one.then(() => running.delete(one));
        // Rows of works that wait would fill the memory.
        if (running.size >= 2 * threads) await Promise.race(running);
      }
      await Promise.all(running);
      if (failed !== undefined) throw failed as Error;
      return found;
    },
    count: (work, signal) => doTask({ kind: "stability", work }, signal),
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}
