/** @file Tests of stages: their times, how often they are told, and that each one ends. */
import { expect, test } from "vitest";
import { stageClock } from "./stage-clock.ts";
import type { JobEvent } from "./types.ts";

function recorded() {
  const events: JobEvent[] = [];
  let time = 0;
  const clock = stageClock(
    (event) => events.push(event),
    () => time,
  );
  return {
    events,
    at: (now: number, stage: "vision" | "decode" | "trace", done: number, total: number) => {
      time = now;
      clock.step({ stage, done, total });
    },
    finish: clock.finish,
  };
}

test("tells elapsed time, and what remains by the steps so far", () => {
  const { events, at } = recorded();
  at(1000, "trace", 0, 4);
  at(1200, "trace", 1, 4);
  at(1600, "trace", 2, 4);
  expect(events).toEqual([
    { type: "stage", stage: "trace", done: 0, total: 4, elapsedMs: 0 },
    { type: "stage", stage: "trace", done: 1, total: 4, elapsedMs: 200, remainingMs: 600 },
    { type: "stage", stage: "trace", done: 2, total: 4, elapsedMs: 600, remainingMs: 600 },
  ]);
});

test("is told ten times a second at most, but for the last step", () => {
  const { events, at } = recorded();
  for (let step = 0; step <= 1000; step++) at(step, "trace", step, 1000);
  expect(events.length).toBeLessThanOrEqual(12);
  expect(events.at(-1)).toMatchObject({ done: 1000, remainingMs: 0 });
});

test("a stage ends when the next begins, an answer at its own length", () => {
  const { events, at, finish } = recorded();
  at(0, "vision", 1, 3);
  at(10, "decode", 1, 64);
  at(20, "decode", 2, 64);
  at(200, "trace", 0, 2);
  finish();
  finish();
  expect(events.map((event) => (event.type === "stage" ? [event.stage, event.done, event.total] : []))).toEqual([
    ["vision", 1, 3],
    ["vision", 3, 3],
    ["decode", 1, 64],
    ["decode", 2, 2],
    ["trace", 0, 2],
    ["trace", 2, 2],
  ]);
});
