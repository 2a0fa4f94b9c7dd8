import { describe, expect, it } from "vitest";
import { fakeWorkbench } from "../../test/support/fake-workbench.ts";
import { testApp } from "../../test/support/server-app.ts";
import type { NumberedEvent } from "../workbench/jobs/types.ts";
import { eventStream, lastEventNumber } from "./job-events.ts";

interface Received {
  readonly id: number;
  readonly data: unknown;
}

/** The events of a text of server-sent events; comments and `retry` are left out. */
function parse(text: string): Received[] {
  const blocks = text.split("\n\n").filter((block) => block.includes("data: "));
  return blocks.map((block) => ({
    id: Number(/^id: (\d+)$/m.exec(block)![1]),
    data: JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as unknown,
  }));
}

const token = (text: string) => ({ type: "token", text, probability: 0.5 }) as const;

function answered(): ReturnType<typeof fakeWorkbench> {
  const workbench = fakeWorkbench();
  workbench.emit({ type: "started", plan: ["decode"] });
  workbench.emit(token("line\nend"));
  workbench.emit({ type: "done", run: "r-1" });
  return workbench;
}

describe("GET /api/jobs/ID/events", () => {
  it("sends every event with its number and ends after the last", async () => {
    const response = await testApp({}, answered()).send("/api/jobs/job-1/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(parse(await response.text())).toEqual([
      { id: 1, data: { type: "started", plan: ["decode"] } },
      { id: 2, data: token("line\nend") },
      { id: 3, data: { type: "done", run: "r-1" } },
    ]);
  });

  it("begins after Last-Event-ID", async () => {
    const headers = { "last-event-id": "2" };
    const response = await testApp({}, answered()).send("/api/jobs/job-1/events", { headers });
    expect(parse(await response.text()).map(({ id }) => id)).toEqual([3]);
  });

  it("tells a browser that has them all to stay away", async () => {
    const headers = { "last-event-id": "3" };
    expect((await testApp({}, answered()).send("/api/jobs/job-1/events", { headers })).status).toBe(204);
  });

  it("sends events as they come; a reader that leaves stops nothing", async () => {
    const workbench = fakeWorkbench();
    const app = testApp({}, workbench);
    const first = (await app.send("/api/jobs/job-1/events")).body!.getReader();
    const second = app.send("/api/jobs/job-1/events").then((response) => response.text());
    await expect.poll(() => workbench.readers()).toBe(2);
    workbench.emit(token("a"));
    let text = "";
    while (!text.includes("data")) text += new TextDecoder().decode((await first.read()).value);
    expect(parse(text)).toEqual([{ id: 1, data: token("a") }]);
    await first.cancel();
    await expect.poll(() => workbench.readers()).toBe(1);
    workbench.emit({ type: "done" });
    expect(parse(await second).map(({ id }) => id)).toEqual([1, 2]);
    expect(workbench.calls.map(([name]) => name)).not.toContain("cancel");
  });
});

describe("eventStream", () => {
  it("sends comments while nothing happens", async () => {
    async function* silent(signal: AbortSignal): AsyncGenerator<NumberedEvent> {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      yield* [];
    }
    const reader = eventStream(silent, { heartbeat: 1 }).getReader();
    const texts: string[] = [];
    while (texts.length < 3) texts.push(new TextDecoder().decode((await reader.read()).value));
    expect(texts).toEqual(["retry: 1000\n\n", ": still here\n\n", ": still here\n\n"]);
    await reader.cancel();
  });

  it("breaks off where the events do", async () => {
    async function* broken(): AsyncGenerator<NumberedEvent> {
      await Promise.reject(new Error("gone"));
    }
    await expect(new Response(eventStream(broken)).text()).rejects.toThrow("gone");
  });
});

describe("lastEventNumber", () => {
  it("is 0 for what is no number of an event", () => {
    expect([undefined, "", "x", "-1", "1.5", "1e9", "9".repeat(30)].map(lastEventNumber)).toEqual(Array(7).fill(0));
    expect(lastEventNumber("17")).toBe(17);
  });
});
