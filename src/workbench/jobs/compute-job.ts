/** @file The job that adds methods to a run: the same prompt and answer go through the model again, and nothing is generated. */
import type { HostedModel } from "../../explain/host.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import { explain, type RecordedRun } from "../../explain/explain.ts";
import { showTarget, type TargetChoice } from "../../explain/target-choice.ts";
import { heldVariants, sameRelevancy } from "../library/merge-run.ts";
import { variants as everyVariant, type Method, type Variant } from "../../run/map-catalogue.ts";
import { methods as everyMethod } from "../../run/maps.ts";
import { ProblemError } from "../../problem/problem.ts";
import { plansOfPictures } from "../../explain/pictures.ts";
import { forecastWork } from "../../explain/question.ts";
import {
  choiceOf,
  modulesOf,
  recordingPlan,
  stagesOf,
  type GradientChoice,
  type Recording,
} from "../../explain/recording.ts";
import { positionsOf } from "../../explain/sequence.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import { questionOfRun } from "../../explain/recorded-question.ts";
import type { JobContext } from "./queue.ts";
import type { JobStage } from "./types.ts";

/** What to add to a run. The same answer is kept, teacher-forced. */
export interface ComputeRequest {
  readonly methods: readonly Method[];
  readonly variants?: readonly Variant[];
  /** `full` records attention whole, whether `methods` names it or not. */
  readonly record?: "default" | "full";
  /**
   * What relevancy explains: the token's logit, its log-probability, or its logit against that of another token: its text, and its
   * vocabulary entry if that is known.
   */
  readonly target?:
    | { readonly kind: "logit" }
    | { readonly kind: "logprob" }
    | { readonly kind: "contrast"; readonly other: string; readonly otherId?: number | undefined };
  /** Points of the path of integrated gradients. */
  readonly steps?: number | undefined;
  /** What to measure by asking the model again; `methods` is then empty. Its result is added to `measures` of the run. */
  readonly measure?: MeasureRequest;
}

function targetOf({ target }: ComputeRequest): TargetChoice {
  if (target === undefined) return { kind: "logit" };
  return target.kind === "contrast" ? { kind: "contrast", rival: target.other, rivalId: target.otherId } : target;
}

/** Variants of relevancy to compute: if only some tokens were explained before, the variants that are there are computed for all. */
function variantsOf(description: RunDescription, request: ComputeRequest): GradientChoice["variants"] {
  const asked = request.variants ?? ["exact"];
  const held = description.methods.relevancy;
  if (held === undefined) return asked;
  const target = showTarget(targetOf(request));
  const tokens = Array.from({ length: description.answer.end - description.answer.start }, (_, token) => token);
  const wanted = { ...description, methods: { relevancy: { tokens, target } } };
  if (sameRelevancy(description, wanted) || held.target !== target) return asked;
  const all = new Set([...asked, ...heldVariants(description)]);
  return everyVariant.filter((variant) => all.has(variant));
}

/** What a request records of a run. Throws `bad-request` if it asks for nothing. */
export function recordingOf(description: RunDescription, request: ComputeRequest): Recording {
  const asked = new Set([...request.methods, ...(request.record === "full" ? (["attention"] as const) : [])]);
  const methods = everyMethod.filter((method) => asked.has(method));
  if (methods.length === 0) {
    throw new ProblemError("bad-request", "There is nothing to compute; name a method, or ask for a full recording.");
  }
  const record = request.record === "full" || description.record === "full" ? "full" : "default";
  if (!stagesOf({ methods, variants: everyVariant }).includes("gradient")) return { methods, record };
  return {
    methods,
    record,
    gradients: {
      variants: variantsOf(description, request),
      target: targetOf(request),
      tokens: "all",
      ...(request.steps === undefined ? {} : { steps: request.steps }),
    },
  };
}

/** The stages of a compute job once its model is loaded. */
export function computeStages({ images }: RunDescription, recording: Recording): JobStage[] {
  return [
    "prepare",
    ...(images.length > 0 ? (["vision"] as const) : []),
    "trace",
    ...stagesOf(choiceOf(recording)),
    "save",
  ];
}

/** Bytes that the recording takes. */
export function computeBytes(model: HostedModel, description: RunDescription, recording: Recording): number {
  const { tokens, memory, images, answer } = description;
  const { checkpoint, definition } = model;
  const positions = positionsOf(tokens, { promptLength: answer.start, memory: memory.length });
  return forecastWork(model, {
    promptTokens: answer.start,
    maxNewTokens: answer.end - answer.start,
    pictures: plansOfPictures({ checkpoint, vision: definition.vision }, images),
    plan: recordingPlan(modulesOf(choiceOf(recording)), { model, record: recording.record, positions }),
  }).total;
}

/** Records methods of the run's own prompt and answer. */
export async function recordAgain(
  model: HostedModel,
  run: Run,
  { recording, context, maxMemoryBytes }: { recording: Recording; context: JobContext; maxMemoryBytes: number },
): Promise<RecordedRun> {
  const { tokens, answer, stopped } = run.description;
  const ids = tokens.map(({ id }) => id);
  context.step({ stage: "prepare", done: 0, total: 1 });
  return explain(model, await questionOfRun(run), {
    ...recording,
    maxMemoryBytes,
    signal: context.signal,
    onProgress: (step) => context.step(step),
    answer: { ids: ids.slice(answer.start), promptIds: ids.slice(0, answer.start), stopped },
  });
}
