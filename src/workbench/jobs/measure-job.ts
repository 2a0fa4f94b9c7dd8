/** @file The job that measures a run by asking its model again, and what that will take. */
import { forecastScorer, requireMemory, type MemoryForecast } from "../../engine/memory.ts";
import type { HostedModel } from "../../explain/host.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import type { GraphPool } from "../../causes/graph-pool.ts";
import { measure, measureEvaluations, type Measured } from "../../measure/measure.ts";
import { plansOfPictures } from "../../explain/pictures.ts";
import { forecastWork } from "../../explain/question.ts";
import { recordNothing } from "../../explain/recording-plan.ts";
import type { MeasuredWork } from "../../explain/measured-times.ts";
import type { JobContext } from "./queue.ts";
import type { JobStage } from "./types.ts";

/** The stages of a measurement once its model is loaded. */
export const measureStages: readonly JobStage[] = ["measure", "save"];

/** Sessions that stay open take this share of the time of a trace, or of encoding a picture, that opens its own (`npm run bench`). */
const openSessionShare = 0.4;

/** Fills put another picture through the vision tower each time; knocking tokens out, and patching, do not. */
function encodesPictures(request: MeasureRequest): boolean {
  if (request.kind === "patching") return false;
  return !("fill" in request) || request.fill !== "knock-out";
}

/** Memory of the sessions that stay open, or of the newly generated answer, whichever is larger. */
export function measureMemory(
  model: HostedModel,
  { answer, images, sampling, ...run }: RunDescription,
): MemoryForecast {
  const { bytes: weightBytes, widenedAtUse } = model.store;
  const rows = run.tokens.length;
  const predicting = answer.end - answer.start;
  const { checkpoint, definition } = model;
  const pictures = plansOfPictures({ checkpoint, vision: definition.vision }, images);
  const scoring = forecastScorer(model.definition, {
    ...{ weightBytes, widenedAtUse, rows, predicting },
    pictures,
  });
  const answering = forecastWork(model, {
    promptTokens: answer.start,
    maxNewTokens: sampling.maxNewTokens,
    pictures,
    plan: recordNothing,
  });
  return scoring.total > answering.total ? scoring : answering;
}

/** Milliseconds that one evaluation took in the last measurement, of this many tokens. */
export interface MeasuredEvaluation {
  readonly milliseconds: number;
  readonly tokens: number;
}

/**
 * What is remembered of evaluations: those with pictures and those without take different times, and one with random weights is a whole
 * recording of a model of its own.
 */
export function evaluationKey(model: string, request: MeasureRequest): string {
  if (request.kind === "random-weights") return `random weights ${model}`;
  return `${encodesPictures(request) ? "pictures" : "text"} ${model}`;
}

/**
 * Seconds that a measurement takes: by how long an evaluation took the last time, else by how long the run took to be traced and its
 * pictures to be encoded.
 */
export function measureSeconds(
  request: MeasureRequest,
  description: RunDescription,
  { traced, evaluation }: { traced: MeasuredWork; evaluation: MeasuredEvaluation | undefined },
): number {
  const time = (stage: string) => traced.timings[stage] ?? 0;
  const { length } = description.tokens;
  const byTrace =
    (time("trace") * length) / Math.max(1, traced.tokens) + (encodesPictures(request) ? time("vision") : 0);
  const each =
    evaluation === undefined
      ? byTrace * openSessionShare
      : (evaluation.milliseconds * length) / Math.max(1, evaluation.tokens);
  const answers = request.kind === "verify" ? time("generate") : 0;
  return (each * measureEvaluations(request, description) + answers) / 1000;
}

export interface MeasureJobOptions {
  readonly request: MeasureRequest;
  /** The run that the request names beside the measured one. */
  readonly other?: Run | undefined;
  readonly context: JobContext;
  readonly pool: GraphPool;
  readonly cacheFolder: string;
  readonly maxMemoryBytes: number;
}

/** Measures a run, and says how long an evaluation took. Throws a MemoryLimitError if it does not fit. */
export async function measureRun(
  model: HostedModel,
  run: Run,
  { request, context, ...places }: MeasureJobOptions,
): Promise<Measured & { readonly evaluation: MeasuredEvaluation }> {
  const { description } = run;
  requireMemory(measureMemory(model, description), places.maxMemoryBytes);
  const began = performance.now();
  let evaluations = 1;
  const measured = await measure(model, run, {
    ...places,
    request,
    signal: context.signal,
    onProgress({ done, total }) {
      evaluations = Math.max(1, done);
      context.step({ stage: "measure", done, total });
    },
  });
  const milliseconds = (performance.now() - began) / evaluations;
  return { ...measured, evaluation: { milliseconds, tokens: description.tokens.length } };
}
