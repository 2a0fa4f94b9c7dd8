/** @file A job as the page shows it: its stages, the tokens that have come, how it ended; kept up to date by server-sent events. */
import type { JobError, JobEvent, JobStage } from "../../src/server/api.ts";
import type { ApiClient } from "../data/api-client.ts";

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

/** What is left of all stages together in milliseconds, where the running stage can tell; stages to come are not guessed. */
export function remainingMs({ stages }: JobProgress): number | undefined {
  return stages.find(({ state }) => state === "running")?.remainingMs;
}

export interface JobView {
  readonly id: string;
  readonly progress: JobProgress;
  /** Ends with the last event; never rejects. */
  readonly ended: Promise<JobProgress>;
  /** Stops listening; the job itself goes on. */
  close(): void;
}

/** Follows a job. A dropped connection is taken up again by the browser, from the last event that arrived. */
export function watchJob(api: ApiClient, id: string): JobView {
  let progress = $state.raw(noProgress);
  const source = new EventSource(api.urls.jobEvents(id));
  const ended = new Promise<JobProgress>((resolve) => {
    const end = (): void => {
      source.close();
      resolve(progress);
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      progress = progressAfter(progress, JSON.parse(data) as JobEvent);
      if (progress.state !== "queued" && progress.state !== "running") end();
    };
    source.onerror = () => {
      // The browser tries again by itself unless the server refused, as one that was started anew does not know the job.
      if (source.readyState !== EventSource.CLOSED) return;
      const message = "The server no longer knows this job; it was restarted. Ask again.";
      progress = { ...progress, state: "failed", error: { code: "failed", message } };
      end();
    };
  });
  return {
    id,
    get progress() {
      return progress;
    },
    ended,
    close: () => source.close(),
  };
}
