/** @file The job that measures a run by asking its model again, and what that will take. */
import { forecastScorer, requireMemory, type MemoryForecast } from "../../engine/memory.ts";
import type { HostedModel } from "../../explain/host.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import type { GraphPool } from "../../causes/graph-pool.ts";
import type { Evaluations } from "../../measure/evaluations.ts";
import { estimatesEdges, estimatesPlan } from "../../measure/flow-estimates.ts";
import { leastEvaluations, measure, measureEvaluations, type Measured } from "../../measure/measure.ts";
import { plansOfPictures } from "../../explain/pictures.ts";
import { forecastWork } from "../../explain/question.ts";
import { recordNothing } from "../../explain/recording-plan.ts";
import {
  evaluationSeconds,
  evaluationTimer,
  type EvaluationTimes,
  type MeasuredEvaluations,
} from "./measured-evaluations.ts";
import type { JobContext } from "./queue.ts";
import type { JobStage } from "./types.ts";

/** The stages of a measurement once its model is loaded. */
export const measureStages: readonly JobStage[] = ["measure", "save"];

/**
 * Memory of the sessions that stay open, of the newly generated answer, or of the pass forward and backward that estimates edges, whichever is
 * largest.
 */
export function measureMemory(
  model: HostedModel,
  { answer, images, sampling, ...run }: RunDescription,
  request: MeasureRequest,
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
  const estimating = forecastWork(model, {
    promptTokens: rows,
    maxNewTokens: 0,
    pictures,
    plan: estimatesPlan(definition.language.config.layers),
  });
  const steps = estimatesEdges(request) ? [scoring, answering, estimating] : [scoring, answering];
  return steps.reduce((largest, each) => (each.total > largest.total ? each : largest));
}

/** Seconds that a measurement takes if nothing ends it early, and if its first answers do. */
export interface MeasureSeconds {
  readonly seconds: number;
  /** Undefined if it always goes to its end. */
  readonly leastSeconds?: number;
}

/** How long a measurement takes, by how long questions took before, else by how long the run took to be traced. */
export function measureSeconds(
  request: MeasureRequest,
  description: RunDescription,
  times: Omit<EvaluationTimes, "tokens">,
): MeasureSeconds {
  const tokens = description.tokens.length;
  const answer = request.kind === "verify" ? (times.traced.timings["generate"] ?? 0) / 1000 : 0;
  const secondsOf = (evaluations: Evaluations): number => evaluationSeconds(evaluations, { ...times, tokens }) + answer;
  const least = leastEvaluations(request, description);
  return {
    seconds: secondsOf(measureEvaluations(request, description)),
    ...(least === undefined ? {} : { leastSeconds: secondsOf(least) }),
  };
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

/** Measures a run, and says how long questions to the model took. Throws a MemoryLimitError if it does not fit. */
export async function measureRun(
  model: HostedModel,
  run: Run,
  { request, context, ...places }: MeasureJobOptions,
): Promise<Measured & { readonly evaluations: MeasuredEvaluations }> {
  const { description } = run;
  requireMemory(measureMemory(model, description, request), places.maxMemoryBytes);
  const timer = evaluationTimer();
  const measured = await measure(model, run, {
    ...places,
    request,
    signal: context.signal,
    onProgress({ done, total, kind }) {
      if (kind !== undefined) timer.answered(kind);
      context.step({ stage: "measure", done, total });
    },
  });
  return { ...measured, evaluations: timer.measured(description.tokens.length) };
}
