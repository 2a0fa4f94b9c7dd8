/** @file Tests of the events of a job: numbers, going on after a break, events that replace others, and the end. */
import { describe, expect, test } from "vitest";
import { eventLog, type EventLog } from "./event-log.ts";
import type { JobEvent, NumberedEvent } from "./types.ts";

function stage(done: number): JobEvent {
  return { type: "stage", stage: "decode", done, total: 9, elapsedMs: done };
}
const token: JobEvent = { type: "token", text: "a", probability: 1 };

async function all(log: EventLog, after = 0): Promise<NumberedEvent[]> {
  const events: NumberedEvent[] = [];
  for await (const event of log.read(after)) events.push(event);
  return events;
}

describe("eventLog", () => {
  test("gives what was and what comes, to every reader, from any number on", async () => {
    const log = eventLog();
    log.add(token);
    const [first, second] = [all(log), all(log, 1)];
    await Promise.resolve();
    log.add(token);
    log.add({ type: "done" });
    log.end();
    const events = await first;
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(await second).toEqual(events.slice(1));
    expect(await all(log, 2)).toEqual(events.slice(2));
    expect(await all(log, 99)).toEqual([]);
  });

  test("keeps of a stage the last event alone, while nothing else came between", async () => {
    const log = eventLog();
    for (let done = 0; done < 1000; done++) log.add(stage(done));
    log.add(token);
    log.add(stage(1000));
    log.end();
    expect(await all(log)).toEqual([
      { id: 1000, event: stage(999) },
      { id: 1001, event: token },
      { id: 1002, event: stage(1000) },
    ]);
  });

  test("adds nothing after the end", async () => {
    const log = eventLog();
    log.end();
    log.add(token);
    expect(await all(log)).toEqual([]);
  });

  test("a reader leaves when its signal aborts, the others stay", async () => {
    const log = eventLog();
    log.add(token);
    const controller = new AbortController();
    const seen: number[] = [];
    const leaving = (async () => {
      for await (const { id } of log.read(0, controller.signal)) seen.push(id);
    })();
    const staying = all(log);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await leaving;
    log.add(token);
    log.end();
    expect(seen).toEqual([1]);
    expect(await staying).toHaveLength(2);
    for await (const event of log.read(0, controller.signal)) expect.fail(`read ${event.id}`);
  });
});
