/** @file Tests of the queue: one job at a time for each model, failures, cancelling, forgetting and closing. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { MemoryLimitError } from "../../engine/memory.ts";
import { ProblemError } from "../../problem/problem.ts";
import { jobQueue, type JobQueue, type JobRequest } from "./queue.ts";
import type { JobEvent } from "./types.ts";

/** Work that lasts until it is let go. */
function held(): { work: JobRequest["work"]; letGo: () => void; started: Promise<void> } {
  let letGo: () => void = () => undefined;
  let begin: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const started = new Promise<void>((resolve) => (begin = resolve));
  const work: JobRequest["work"] = async ({ signal }) => {
    begin();
    await gate;
    signal.throwIfAborted();
    return { run: "r-0001" };
  };
  return { work, letGo, started };
}

async function eventsOf(queue: JobQueue, id: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const { event } of queue.events(id, 0)) events.push(event);
  return events;
}
const ask = { kind: "ask", model: "a" } as const;

/** Collects garbage, which only a flag of the engine allows. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

describe("jobQueue", () => {
  test("lets the work of a job go when it has ended, and remembers the job", async () => {
    const queue = jobQueue();
    const start = (): { id: string; bytes: WeakRef<Uint8Array> } => {
      const picture = new Uint8Array(1000);
      const work = (): Promise<{ run: string }> => Promise.resolve({ run: `r-${picture.length}` });
      return { id: queue.start({ ...ask, work }), bytes: new WeakRef(picture) };
    };
    const { id, bytes } = start();
    await eventsOf(queue, id);
    // A reference that was read stays until the turn ends.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(bytes.deref()).toBeUndefined();
    expect(queue.summary(id)).toMatchObject({ state: "done", run: "r-1000" });
  });
  test("works on one job of a model at a time, and on models side by side", async () => {
    const queue = jobQueue();
    const [first, second, other] = [held(), held(), held()];
    const ids = [
      queue.start({ ...ask, work: first.work }),
      queue.start({ ...ask, work: second.work }),
      queue.start({ ...ask, model: "b", work: other.work }),
    ];
    await Promise.all([first.started, other.started]);
    expect(ids.map((id) => queue.summary(id))).toMatchObject([
      { state: "running", queued: 0 },
      { state: "queued", queued: 1 },
      { state: "running", queued: 0 },
    ]);
    first.letGo();
    await second.started;
    expect(queue.list().map(({ state }) => state)).toEqual(["done", "running", "running"]);
    second.letGo();
    other.letGo();
    // The event that says its place is replaced by the one that says that it is next.
    expect(await eventsOf(queue, ids[1]!)).toEqual([
      { type: "queued", before: 0 },
      { type: "done", run: "r-0001" },
    ]);
    await queue.close();
  });

  test("a failure is one sentence, and the next job is not disturbed", async () => {
    const queue = jobQueue();
    const forecast = { weights: 3, cache: 9, activations: 1, recorded: 2, total: 15 };
    const failures = [new Error("broken"), new ProblemError("conflict", "not so"), new MemoryLimitError(forecast, 10)];
    const ids = failures.map((failure) => queue.start({ ...ask, work: () => Promise.reject(failure) }));
    const fine = queue.start({ ...ask, work: () => Promise.resolve({}) });
    expect(await eventsOf(queue, fine)).toContainEqual({ type: "done" });
    expect(ids.map((id) => queue.summary(id).error)).toEqual([
      { code: "failed", message: "broken" },
      { code: "bad-input", message: "not so" },
      {
        code: "too-large",
        message: expect.stringMatching(
          /^The question would take about 15 B .* keys and values of the answer, and 10 B/,
        ) as string,
        memory: { neededBytes: 15, availableBytes: 10, largestPart: "keys and values of the answer" },
      },
    ]);
  });

  test("cancels what runs and what waits, and says how many tokens there are", async () => {
    const queue = jobQueue();
    const running = held();
    const states: string[] = [];
    const work: JobRequest["work"] = (context) => {
      context.token({ text: "a", probability: 1 });
      return running.work(context);
    };
    const id = queue.start({ ...ask, maxTokens: 5, work, onEnd: (state) => states.push(state) });
    const waiting = queue.start({ ...ask, work: () => Promise.reject(new Error("was begun")) });
    await running.started;
    expect(queue.cancel(waiting).state).toBe("cancelled");
    expect(queue.cancel(id).state).toBe("running");
    running.letGo();
    expect((await eventsOf(queue, id)).at(-1)).toEqual({ type: "cancelled", tokens: 1, maxTokens: 5, canKeep: true });
    expect(queue.cancel(id).state).toBe("cancelled");
    expect(states).toEqual(["cancelled"]);
  });

  test("forgets the oldest of many that ended", async () => {
    const queue = jobQueue();
    const ids = Array.from({ length: 130 }, () => queue.start({ ...ask, work: () => Promise.resolve({}) }));
    await eventsOf(queue, ids.at(-1)!);
    expect(queue.list()).toHaveLength(100);
    expect(() => queue.summary(ids[0]!)).toThrow(/There is no job/);
    expect(queue.summary(ids[40]!).state).toBe("done");
  });

  test("closing cancels everything, and no job begins after it", async () => {
    const queue = jobQueue();
    const running = held();
    const ids = [queue.start({ ...ask, work: running.work }), queue.start({ ...ask, work: held().work })];
    await running.started;
    const closed = queue.close();
    running.letGo();
    await closed;
    expect(ids.map((id) => queue.summary(id).state)).toEqual(["cancelled", "cancelled"]);
    expect(() => queue.start({ ...ask, work: () => Promise.resolve({}) })).toThrow(/closing/);
  });
});
