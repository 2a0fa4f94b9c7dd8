/** @file A job as the page follows it, kept up to date by server-sent events. */
import type { JobEvent } from "../../src/server/api.ts";
import type { DataSource } from "../data/data-source.ts";
import { noProgress, progressAfter, type JobProgress } from "./job-progress.ts";

export interface JobView {
  readonly id: string;
  readonly progress: JobProgress;
  /** Ends with the last event; never rejects. */
  readonly ended: Promise<JobProgress>;
  /** Stops listening; the job itself goes on. */
  close(): void;
}

/** Follows a job. A dropped connection is taken up again by the browser, from the last event that arrived. */
export function watchJob(api: DataSource, id: string): JobView {
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
