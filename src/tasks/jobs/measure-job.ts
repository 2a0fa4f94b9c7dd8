/** @file The job that measures a run by asking its model again, and what that will take. */
import type { Model } from "../../engine/model.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import { answerLength } from "../../run/positions.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import type { GraphPool } from "../causes/graph-pool.ts";
import { measure, measureEvaluations } from "../measure/measure.ts";
import type { Measured } from "../measure/measure.ts";
import { checkLimits, forecastWork, recordNothing } from "../question.ts";
import type { PlannedWork } from "../question.ts";
import type { MeasuredWork } from "./measured-times.ts";
import type { JobContext } from "./queue.ts";
import type { JobStage } from "./types.ts";

/** The stages of a measurement once its model is loaded. */
export const measureStages: readonly JobStage[] = ["measure", "save"];

/** A whole sequence is traced each time: the plan of its memory. */
function workOf({ answer, images, sampling }: RunDescription, answered: number): PlannedWork {
  const logits = { site: "logits", rows: Array.from({ length: answered }, (_, row) => row) };
  return {
    promptTokens: answer.start,
    maxNewTokens: Math.max(answered, sampling.maxNewTokens),
    images: images.length,
    plan: { ...recordNothing, languageTaps: [logits] },
  };
}

/** Bytes that a measurement takes. */
export function measureBytes(model: Model, description: RunDescription): number {
  return forecastWork(model, workOf(description, answerLength(description))).total;
}

/** Fills put another picture through the vision tower each time; knocking tokens out does not. */
function encodesPictures(request: MeasureRequest): boolean {
  return "fill" in request ? request.fill !== "knock-out" : true;
}

/** Seconds that a measurement takes, by how long the same sequence took when it was last traced. */
export function measureSeconds(request: MeasureRequest, description: RunDescription, measured: MeasuredWork): number {
  const time = (stage: string) => measured.timings[stage] ?? 0;
  const once = (time("trace") * description.tokens.length) / Math.max(1, measured.tokens);
  const each = once + (encodesPictures(request) ? time("vision") + time("prepare") / 2 : 0);
  const answers = request.kind === "verify" ? time("generate") : 0;
  return (each * measureEvaluations(request, description) + answers) / 1000;
}

/** Measures a run. Throws a MemoryLimitError where it does not fit. */
export async function measureRun(
  model: Model,
  run: Run,
  {
    request,
    context,
    ...limits
  }: { request: MeasureRequest; context: JobContext; pool: GraphPool; cacheFolder: string; maxMemoryBytes: number },
): Promise<Measured> {
  const { description } = run;
  checkLimits(model, workOf(description, answerLength(description)), limits.maxMemoryBytes);
  return measure(model, run, {
    ...limits,
    request,
    signal: context.signal,
    onProgress: ({ done, total }) => context.step({ stage: "measure", done, total }),
  });
}
