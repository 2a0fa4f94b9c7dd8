import { describe, expect, it } from "vitest";
import { noProgress, type StageView } from "./job-progress.ts";
import { forecastText, stageName, stageSpoken, stageTime, totalText } from "./stages.ts";

const view = (change: Partial<StageView>): StageView => ({
  stage: "decode",
  state: "running",
  share: 0,
  done: 2,
  total: 64,
  elapsedMs: 1000,
  remainingMs: 2100,
  ...change,
});

describe("the stages of a job", () => {
  it("count the tokens of the answer, from 1", () => {
    expect(stageName(view({}))).toBe("Answer, token 3 of 64");
    expect(stageName(view({ done: 64 }))).toBe("Answer, token 64 of 64");
    expect(stageName(view({ state: "waiting" }))).toBe("Answer");
    expect(stageName(view({ stage: "prefill" }))).toBe("Read the question");
  });

  it("count how often the model was asked again", () => {
    expect(stageName(view({ stage: "measure", done: 12, total: 21 }))).toBe("Ask again, 12 of 21");
    expect(stageName(view({ stage: "measure", done: 0, total: 0 }))).toBe("Ask again");
    expect(stageName(view({ stage: "measure", state: "done", done: 21, total: 21 }))).toBe("Ask again");
  });

  it("say the time left while they run, and the time taken once done", () => {
    expect(stageTime(view({}))).toBe("2.1 s left");
    expect(stageTime(view({ remainingMs: undefined }))).toBe("");
    expect(stageTime(view({ elapsedMs: 3, remainingMs: 0 })), "too early to tell").toBe("");
    expect(stageTime(view({ state: "done", elapsedMs: 640 }))).toBe("640 ms");
    expect(stageTime(view({ state: "waiting" }))).toBe("");
  });

  it("add up, and say whose time is left", () => {
    const stages = [view({ stage: "prefill", state: "done", elapsedMs: 500 }), view({})];
    const running = { ...noProgress, state: "running" as const, stages };
    expect(totalText(running)).toBe("1.5 s so far, about 2.1 s left");
    const more = { ...running, stages: [...stages, view({ stage: "save", state: "waiting", elapsedMs: 0 })] };
    expect(totalText(more)).toBe("1.5 s so far, about 2.1 s left of this stage");
    expect(totalText({ ...noProgress, state: "running" })).toBe("");
    expect(stageSpoken(more)).toBe("Answer");
  });

  it("wait behind other jobs", () => {
    expect(totalText({ ...noProgress, before: 1 })).toBe("waits behind 1 other job");
    expect(totalText({ ...noProgress, before: 2 })).toBe("waits behind 2 other jobs");
  });
});

describe("the forecast of a computation", () => {
  const bytes = { bytes: 2e8, availableBytes: 1e9 };

  it("has one time, or two if the first answers may end it", () => {
    expect(forecastText({ seconds: 12.34, ...bytes })).toBe("about 12.3 s, 200 MB of memory");
    expect(forecastText({ seconds: 12.34, leastSeconds: 0.8, ...bytes })).toBe(
      "800 ms to about 12.3 s, 200 MB of memory",
    );
    expect(forecastText({ seconds: 0.8, leastSeconds: 0.8, ...bytes })).toBe("about 800 ms, 200 MB of memory");
  });
});
