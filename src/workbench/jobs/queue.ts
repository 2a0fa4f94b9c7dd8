/** @file The jobs of this process: one at a time for each model, in the order in which they came, each with its events. */
import PQueue from "p-queue";
import { randomBytes } from "node:crypto";
import { quote } from "../../json/quote.ts";
import { ProblemError } from "../../problem/problem.ts";
import { eventLog, type EventLog } from "./event-log.ts";
import { jobErrorOf } from "./job-error.ts";
import { stageClock, type Step } from "./stage-clock.ts";
import type { JobError, JobEvent, JobKind, JobStage, JobState, JobSummary, NumberedEvent } from "./types.ts";

/** What the work of a job can say and ask while it runs. */
export interface JobContext {
  readonly signal: AbortSignal;
  /** Names the stages to come, once, before the first step. */
  readonly plan: (stages: readonly JobStage[]) => void;
  readonly step: (step: Step) => void;
  readonly token: (token: { readonly text: string; readonly probability: number }) => void;
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly model: string;
  readonly run?: string;
  readonly question?: string;
  /** Tokens that the answer may take at most, of an ask job. */
  readonly maxTokens?: number;
  /** Resolves to the run that was made or changed; rejects if it failed or was cancelled. */
  readonly work: (context: JobContext) => Promise<{ readonly run?: string }>;
  /** Called once when the job has ended, whatever the way. */
  readonly onEnd?: (state: JobState) => void;
}

interface Job extends Omit<JobRequest, "work" | "onEnd"> {
  readonly id: string;
  /** What is to do, and with it the bytes of the pictures; let go when the job has ended, which is remembered for longer. */
  task: Pick<JobRequest, "work" | "onEnd"> | undefined;
  readonly log: EventLog;
  readonly controller: AbortController;
  state: JobState;
  tokens: number;
  run?: string;
  error?: JobError;
}

export interface JobQueue {
  /** Starts a job as soon as those of its model before it have ended; returns its id. */
  start(request: JobRequest): string;
  /** Oldest first. */
  list(): readonly JobSummary[];
  /** Throws `not-found`, as the others do. */
  summary(id: string): JobSummary;
  events(id: string, after: number, signal?: AbortSignal): AsyncIterable<NumberedEvent>;
  cancel(id: string): JobSummary;
  /** Cancels everything, and resolves when the last job has ended. */
  close(): Promise<void>;
}

/** Ended jobs that are remembered; older ones are forgotten. */
const rememberedJobs = 100;

function isOpen({ state }: Job): boolean {
  return state === "queued" || state === "running";
}

export interface JobQueueOptions {
  /** Takes out of the messages of failed jobs what the page has no business with. */
  readonly withoutFolders?: (message: string) => string;
}

export function jobQueue({ withoutFolders = (message) => message }: JobQueueOptions = {}): JobQueue {
  const jobs = new Map<string, Job>();
  const queues = new Map<string, PQueue>();
  let closed = false;

  function queueOf(model: string): PQueue {
    const queue = queues.get(model) ?? new PQueue({ concurrency: 1 });
    queues.set(model, queue);
    return queue;
  }
  function jobOf(id: string): Job {
    const job = jobs.get(id);
    if (job === undefined) {
      throw new ProblemError(
        "not-found",
        `There is no job ${quote(id)}; it may have been forgotten, or the server started anew.`,
      );
    }
    return job;
  }
  function jobsBefore(job: Job): number {
    const open = [...jobs.values()].filter((other) => other.model === job.model && isOpen(other));
    return job.state === "queued" ? open.indexOf(job) : 0;
  }
  function summaryOf(job: Job): JobSummary {
    const { id, kind, state, model, run, question, error } = job;
    return {
      ...{ id, kind, state, model, queued: jobsBefore(job) },
      ...(run === undefined ? {} : { run }),
      ...(question === undefined ? {} : { question }),
      ...(error === undefined ? {} : { error }),
    };
  }
  function end(job: Job, state: JobState, event: JobEvent): void {
    job.state = state;
    job.task?.onEnd?.(state);
    job.task = undefined;
    job.log.add(event);
    job.log.end();
    for (const other of jobs.values()) {
      if (other.model === job.model && other.state === "queued") {
        other.log.add({ type: "queued", before: jobsBefore(other) });
      }
    }
    const ended = [...jobs.values()].filter((other) => !isOpen(other));
    for (const { id } of ended.slice(0, Math.max(0, ended.length - rememberedJobs))) jobs.delete(id);
  }
  function endCancelled(job: Job): void {
    const { tokens, maxTokens = 0 } = job;
    end(job, "cancelled", { type: "cancelled", tokens, maxTokens, canKeep: tokens > 0 });
  }

  async function run(job: Job): Promise<void> {
    const { log, controller, task } = job;
    if (job.state !== "queued" || task === undefined) return;
    job.state = "running";
    const clock = stageClock((event) => log.add(event));
    try {
      const made = await task.work({
        signal: controller.signal,
        plan: (stages) => log.add({ type: "started", plan: stages }),
        step: (step) => clock.step(step),
        token({ text, probability }) {
          job.tokens += 1;
          log.add({ type: "token", text, probability });
        },
      });
      clock.finish();
      if (made.run !== undefined) job.run = made.run;
      end(job, "done", { type: "done", ...made });
    } catch (error) {
      // A job that fails after it was aborted counts as cancelled.
      if (controller.signal.aborted) {
        endCancelled(job);
        return;
      }
      const failure = jobErrorOf(error);
      job.error = { ...failure, message: withoutFolders(failure.message) };
      end(job, "failed", { type: "failed", error: job.error });
    }
  }

  function cancel(job: Job): void {
    if (!isOpen(job)) return;
    job.controller.abort(new Error("The job was cancelled."));
    if (job.state === "queued") endCancelled(job);
  }

  return {
    start({ work, onEnd, ...facts }) {
      if (closed) throw new ProblemError("conflict", "The server is closing and takes no more work; start it again.");
      const id = `j-${randomBytes(6).toString("hex")}`;
      const job: Job = {
        ...facts,
        id,
        task: { work, onEnd },
        log: eventLog(),
        controller: new AbortController(),
        state: "queued",
        tokens: 0,
      };
      jobs.set(id, job);
      job.log.add({ type: "queued", before: jobsBefore(job) });
      void queueOf(job.model).add(() => run(job));
      return id;
    },
    list: () => [...jobs.values()].map(summaryOf),
    summary: (id) => summaryOf(jobOf(id)),
    events: (id, after, signal) => jobOf(id).log.read(after, signal),
    cancel(id) {
      const job = jobOf(id);
      cancel(job);
      return summaryOf(job);
    },
    async close() {
      closed = true;
      for (const job of jobs.values()) cancel(job);
      await Promise.all([...queues.values()].map((queue) => queue.onIdle()));
    },
  };
}
