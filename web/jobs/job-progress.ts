/** @file What a job's events add up to: its stages, the tokens that have come, how it ended. */
import type { JobError, JobEvent, JobStage } from "../../src/server/api.ts";

export interface StageView {
  readonly stage: JobStage;
  readonly state: "waiting" | "running" | "done";
  /** 0 to 1. */
  readonly share: number;
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  readonly remainingMs: number | undefined;
}

/** The parts of a job that its events have told so far. */
export interface JobProgress {
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** Jobs before it, while queued. */
  readonly before: number;
  readonly stages: readonly StageView[];
  readonly tokens: readonly { readonly text: string; readonly probability: number }[];
  readonly run: string | undefined;
  readonly error: JobError | undefined;
  readonly cancelled: { readonly tokens: number; readonly maxTokens: number; readonly canKeep: boolean } | undefined;
}

export const noProgress: JobProgress = {
  state: "queued",
  before: 0,
  stages: [],
  tokens: [],
  run: undefined,
  error: undefined,
  cancelled: undefined,
};

const waiting = { state: "waiting", share: 0, done: 0, total: 0, elapsedMs: 0, remainingMs: undefined } as const;

/** Every stage before the running one is done, whether or not it said so. */
function withStage(stages: readonly StageView[], event: Extract<JobEvent, { type: "stage" }>): StageView[] {
  const known = stages.some(({ stage }) => stage === event.stage)
    ? stages
    : [...stages, { stage: event.stage, ...waiting }];
  const at = known.findIndex(({ stage }) => stage === event.stage);
  const { done, total, elapsedMs, remainingMs } = event;
  return known.map((view, i) => {
    if (i < at) return { ...view, state: "done", share: 1 };
    if (i > at) return view;
    const isDone = total > 0 && done >= total;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    return { stage: view.stage, state: isDone ? "done" : "running", share, done, total, elapsedMs, remainingMs };
  });
}

/** The progress after one more event. */
export function progressAfter(progress: JobProgress, event: JobEvent): JobProgress {
  switch (event.type) {
    case "queued":
      return { ...progress, state: "queued", before: event.before };
    case "started":
      return { ...progress, state: "running", stages: event.plan.map((stage) => ({ stage, ...waiting })) };
    case "stage":
      return { ...progress, state: "running", stages: withStage(progress.stages, event) };
    case "token":
      return { ...progress, tokens: [...progress.tokens, { text: event.text, probability: event.probability }] };
    case "done":
      return {
        ...progress,
        state: "done",
        run: event.run,
        stages: progress.stages.map((view) => ({ ...view, state: "done", share: 1 })),
      };
    case "failed":
      return { ...progress, state: "failed", error: event.error };
    case "cancelled": {
      const { tokens, maxTokens, canKeep } = event;
      return { ...progress, state: "cancelled", cancelled: { tokens, maxTokens, canKeep } };
    }
  }
}

/**
 * The progress of a question whose answer stands in the page in place of the open run: undefined for none, for one that failed, and for
 * one that was stopped before its first token, since all of these leave the run before them in view.
 */
export function answerInView(progress: JobProgress | undefined): JobProgress | undefined {
  if (progress === undefined || progress.state === "failed") return undefined;
  return progress.state === "cancelled" && progress.tokens.length === 0 ? undefined : progress;
}

/** What a figure says in place of the numbers that the question at work does not have yet. */
export function notYetDrawn({ state, cancelled }: JobProgress): string {
  if (state !== "cancelled") return "drawn when the answer is complete";
  return cancelled?.canKeep === true
    ? "not computed, since the answer was stopped; keep the partial answer to draw it"
    : "not computed, since the answer was stopped";
}
