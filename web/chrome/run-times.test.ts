/** @file Tests of what is said of the times of a run. */
import { expect, it } from "vitest";
import { timesText } from "./run-times.ts";

it("tells the answer alone from what explains it", () => {
  const timings = { prepare: 10, vision: 100, generate: 300, trace: 1000, lens: 200 };
  expect(timesText({ timings })).toBe("answered in 410 ms, explained in 1.2 s");
  expect(timesText({ timings: { prepare: 10, vision: 100, generate: 300 } })).toBe("answered in 410 ms");
});

it("says nothing of an answer whose time is not known", () => {
  expect(timesText({ timings: { trace: 1000 } })).toBe("explained in 1.0 s");
  expect(timesText({ timings: {} })).toBe("");
});
