/** @file What the world sees of a job: its summary and the events of its work, as the routes under /api/jobs send them. */

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export type JobKind = "ask" | "compute" | "load-model";

/** GET /api/jobs/ID; GET /api/jobs lists them; DELETE /api/jobs/ID cancels. */
export interface JobSummary {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly model: string;
  /** Jobs before it, while `queued`. */
  readonly queued: number;
  /** The run that it made or changed, once `done`; of a compute job from the start. */
  readonly run?: string;
  /** The question of an ask job. */
  readonly question?: string;
  readonly error?: JobError;
}

export interface JobError {
  /** `too-large` carries the numbers that the page shows. */
  readonly code: "too-large" | "bad-input" | "failed";
  readonly message: string;
  readonly memory?: { readonly neededBytes: number; readonly availableBytes: number; readonly largestPart: string };
}

/** Stages as the page lists them, in their order. */
export type JobStage =
  | "download"
  | "load"
  | "prepare"
  | "weights"
  | "vision"
  | "prefill"
  | "decode"
  | "trace"
  | "lens"
  | "gradient"
  | "measure"
  | "save";

/**
 * GET /api/jobs/ID/events: server-sent events, each with its number as `id`, from the first one or from the one after Last-Event-ID.
 * The `data` of each is one of these. The stream ends after `done`, `failed` or `cancelled`.
 */
export type JobEvent =
  | { readonly type: "queued"; readonly before: number }
  /** `plan` names the stages to come. */
  | { readonly type: "started"; readonly plan: readonly JobStage[] }
  | {
      readonly type: "stage";
      readonly stage: JobStage;
      readonly done: number;
      readonly total: number;
      /** Milliseconds since the stage began, and what is left of it if that can be told. */
      readonly elapsedMs: number;
      readonly remainingMs?: number;
    }
  /** One token of the answer as it comes. */
  | { readonly type: "token"; readonly text: string; readonly probability: number }
  | { readonly type: "done"; readonly run?: string }
  | { readonly type: "failed"; readonly error: JobError }
  /** `tokens` were generated before the stop; POST /api/jobs/ID/keep answers JobStarted and makes a run of them. */
  | { readonly type: "cancelled"; readonly tokens: number; readonly maxTokens: number; readonly canKeep: boolean };

/** An event with its number, from 1, within its job. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: JobEvent;
}
