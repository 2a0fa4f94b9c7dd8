import { describe, expect, it } from "vitest";
import type { JobEvent } from "../../src/server/api.ts";
import { answerInView, noProgress, notYetDrawn, progressAfter } from "./job-progress.ts";

const after = (...events: JobEvent[]) => events.reduce(progressAfter, noProgress);
const started: JobEvent = { type: "started", plan: ["prepare", "vision", "decode", "save"] };

describe("the progress of a job", () => {
  it("lists the planned stages, all waiting, once it starts", () => {
    const { state, stages } = after({ type: "queued", before: 2 }, started);
    expect(state).toBe("running");
    expect(stages.map(({ stage, state: each }) => `${stage} ${each}`)).toEqual([
      "prepare waiting",
      "vision waiting",
      "decode waiting",
      "save waiting",
    ]);
  });

  it("takes every stage before the running one as done", () => {
    const decode: JobEvent = { type: "stage", stage: "decode", done: 3, total: 64, elapsedMs: 90, remainingMs: 1800 };
    const progress = after(started, decode);
    expect(progress.stages.map(({ state }) => state)).toEqual(["done", "done", "running", "waiting"]);
    expect(progress.stages[2]!.share).toBeCloseTo(3 / 64, 12);
  });

  it("adds a stage that the plan did not name", () => {
    const { stages } = after(started, { type: "stage", stage: "weights", done: 1, total: 2, elapsedMs: 5 });
    expect(stages.at(-1)).toMatchObject({ stage: "weights", state: "running", share: 0.5 });
  });

  it("collects tokens, and ends with the run", () => {
    const { tokens, run, state, stages } = after(
      started,
      { type: "token", text: "The", probability: 0.9 },
      { type: "token", text: " arrow", probability: 0.8 },
      { type: "done", run: "r-0001" },
    );
    expect(tokens.map(({ text }) => text).join("")).toBe("The arrow");
    expect([state, run]).toEqual(["done", "r-0001"]);
    expect(stages.every(({ share }) => share === 1)).toBe(true);
  });

  it("keeps what there is when it is cancelled", () => {
    const { state, cancelled, tokens } = after(
      started,
      { type: "token", text: "The", probability: 0.9 },
      { type: "cancelled", tokens: 1, maxTokens: 64, canKeep: true },
    );
    expect(state).toBe("cancelled");
    expect(cancelled).toEqual({ tokens: 1, maxTokens: 64, canKeep: true });
    expect(tokens).toHaveLength(1);
  });

  it("stands in the place of the open run from the first moment, until it fails or ends without a token", () => {
    const token = { type: "token", text: "The", probability: 0.9 } as const;
    const stopped = { type: "cancelled", tokens: 0, maxTokens: 64, canKeep: false } as const;
    const failed = { type: "failed", error: { code: "failed", message: "No." } } as const;
    expect(answerInView(undefined)).toBeUndefined();
    expect(answerInView(noProgress)).toBe(noProgress);
    expect(answerInView(after(started, token))?.tokens).toHaveLength(1);
    expect(answerInView(after(started, token, failed))).toBeUndefined();
    expect(answerInView(after(started, stopped))).toBeUndefined();
    const kept = after(started, token, { ...stopped, tokens: 1, canKeep: true });
    expect(answerInView(kept)).toBe(kept);
    expect(notYetDrawn(kept)).toContain("keep the partial answer");
    expect(notYetDrawn(after(started, token))).toBe("drawn when the answer is complete");
  });
});
