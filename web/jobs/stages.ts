/** @file The stages of a job in plain words, with the time that each took or needs. */
import type { Forecast, JobStage } from "../../src/server/api.ts";
import { formatBytes, formatDuration } from "../../src/figure/numbers.ts";
import type { JobProgress, StageView } from "./job-progress.ts";

const names: Readonly<Record<JobStage, string>> = {
  download: "Download the model",
  load: "Open the model",
  weights: "Read the weights",
  prepare: "Prepare picture",
  vision: "Vision tower",
  prefill: "Read the question",
  decode: "Answer",
  trace: "Record attention",
  lens: "Words at each layer",
  gradient: "Gradients",
  measure: "Ask again",
  save: "Save run",
};

/** What a stage is called; the answer counts its tokens while it is given, a measurement how often the model was asked. */
export function stageName({ stage, state, done, total }: StageView): string {
  if (state !== "running" || total === 0) return names[stage];
  if (stage === "decode") return `${names.decode}, token ${Math.min(total, done + 1)} of ${total}`;
  return stage === "measure" ? `${names.measure}, ${done} of ${total}` : names[stage];
}

/** A stage that has run for less tells nothing about the time that it needs. */
const leastElapsedMs = 200;

/** Milliseconds that a stage still needs; undefined as long as it cannot be told. */
function timeLeft({ elapsedMs, remainingMs }: StageView): number | undefined {
  return elapsedMs < leastElapsedMs ? undefined : remainingMs;
}

/** The time that a stage took, or has left; "" where nothing is known. */
export function stageTime(view: StageView): string {
  const { state, elapsedMs } = view;
  const remainingMs = timeLeft(view);
  if (state === "done") return elapsedMs > 0 ? formatDuration(elapsedMs) : "";
  return state === "running" && remainingMs !== undefined ? `${formatDuration(remainingMs)} left` : "";
}

/** One line under the stages: the place in the queue, or the time taken and left. */
export function totalText({ state, before, stages }: JobProgress): string {
  if (state === "queued") {
    return before === 0 ? "starts now" : `waits behind ${before} other ${before === 1 ? "job" : "jobs"}`;
  }
  const spent = stages.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const running = stages.find((view) => view.state === "running");
  const remaining = running && timeLeft(running);
  const isLast = stages.every((view) => view.state !== "waiting");
  const left =
    remaining === undefined ? "" : `, about ${formatDuration(remaining)} left${isLast ? "" : " of this stage"}`;
  return spent === 0 ? "" : `${formatDuration(spent)} so far${left}`;
}

/** The stage at work, for screen readers; "" between stages. */
export function stageSpoken({ stages }: JobProgress): string {
  const running = stages.find(({ state }) => state === "running");
  return running ? names[running.stage] : "";
}

/** Time and memory that a computation will take; a measurement that its first answers may end has two times. */
export function forecastText({ seconds, leastSeconds, bytes }: Forecast): string {
  const most = `about ${formatDuration(seconds * 1000)}`;
  const least = leastSeconds === undefined ? "" : formatDuration(leastSeconds * 1000);
  const isOne = least === "" || least === formatDuration(seconds * 1000);
  return `${isOne ? most : `${least} to ${most}`}, ${formatBytes(bytes)} of memory`;
}
