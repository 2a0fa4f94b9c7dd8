/** @file Measures by asking the model again: one function for each kind of request, and what it takes. */
import type { HostedModel } from "../explain/host.ts";
import { sameRequest, type MeasureRequest, type MeasureResult, type ResultOf } from "../run/measures.ts";
import { answerLength, keyCount } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import { tokenClasses } from "../run/token-classes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { GraphLearner } from "../findings/causes/graph-learner.ts";
import type { RunChange } from "../run/rewrite-run.ts";
import { ProblemError } from "../problem/problem.ts";
import { cleann, cleannEvaluations } from "./cleann.ts";
import { curveEvaluations, curves } from "./curves.ts";
import { dependence, dependenceEvaluations, leastDependenceEvaluations } from "./dependence.ts";
import { evaluationCount, kindOfFill, type EvaluationKind, type Evaluations } from "./evaluations.ts";
import { flow, flowEvaluations } from "./flow.ts";
import { grounding } from "./grounding.ts";
import type { MeasureContext, RunContext } from "./measure-types.ts";
import { leastMinimalEvaluations, minimal, minimalEvaluations } from "./minimal.ts";
import { occlusion } from "./occlusion.ts";
import { otherPictureCount } from "./other-pictures.ts";
import { pictureNoise } from "./picture-noise.ts";
import { patching, patchingEvaluations } from "./patching.ts";
import { place } from "./place.ts";
import { withProbe } from "./probe.ts";
import { randomWeights } from "./random-weights.ts";
import { regions, regionsEvaluations } from "./regions.ts";
import { leastVerifyEvaluations, verify, verifyEvaluations } from "./verify.ts";

type Kind = MeasureRequest["kind"];
type RequestOf<K extends Kind> = Extract<MeasureRequest, { readonly kind: K }>;

interface Measurement<K extends Kind> {
  readonly run: (request: RequestOf<K>, context: RunContext) => Promise<ResultOf<K>>;
  /** Times that the model is asked if nothing ends the measurement early. */
  readonly evaluations: (request: RequestOf<K>, description: RunDescription) => Evaluations;
  /** Times that it is asked if the first answers end it. */
  readonly least?: (request: RequestOf<K>, description: RunDescription) => Evaluations;
}

/** A measurement that asks the question of the run again, with the model open for as long as it does. */
function asking<K extends Kind>(
  work: (request: RequestOf<K>, context: MeasureContext) => Promise<ResultOf<K>>,
): Measurement<K>["run"] {
  return (request, context) => {
    const { model, run, signal } = context;
    return withProbe(model, run, { signal, seed: request.seed, work: (probe) => work(request, { ...context, probe }) });
  };
}

const measurements: { readonly [K in Kind]: Measurement<K> } = {
  verify: { run: asking(verify), evaluations: verifyEvaluations, least: leastVerifyEvaluations },
  curves: { run: asking(curves), evaluations: curveEvaluations },
  occlusion: {
    run: asking(occlusion),
    evaluations: ({ fill }, description) => ({
      [kindOfFill(fill)]: 1 + tokenClasses(description, description.tokens.length).image.length,
    }),
  },
  "random-weights": { run: randomWeights, evaluations: () => ({ recordings: 1 }) },
  grounding: { run: asking(grounding), evaluations: () => ({ passes: 1, pictures: 1 + otherPictureCount }) },
  dependence: {
    run: asking(dependence),
    evaluations: () => dependenceEvaluations,
    least: () => leastDependenceEvaluations,
  },
  patching: { run: patching, evaluations: patchingEvaluations },
  place: { run: asking(place), evaluations: ({ fill }) => ({ [kindOfFill(fill)]: 4 }) },
  "picture-noise": { run: asking(pictureNoise), evaluations: ({ repeats }) => ({ passes: repeats }) },
  flow: { run: asking(flow), evaluations: flowEvaluations },
  cleann: { run: asking(cleann), evaluations: cleannEvaluations },
  regions: { run: asking(regions), evaluations: regionsEvaluations },
  minimal: { run: asking(minimal), evaluations: minimalEvaluations, least: leastMinimalEvaluations },
};

/** Times that the model is asked for a request if nothing ends it early. */
export function measureEvaluations<K extends Kind>(request: RequestOf<K>, description: RunDescription): Evaluations {
  return (measurements[request.kind] as Measurement<K>).evaluations(request, description);
}

/** Times that the model is asked if the first answers end the measurement; undefined for one that always goes to its end. */
export function leastEvaluations<K extends Kind>(
  request: RequestOf<K>,
  description: RunDescription,
): Evaluations | undefined {
  return (measurements[request.kind] as Measurement<K>).least?.(request, description);
}

export interface MeasureProgress {
  readonly done: number;
  readonly total: number;
  /** Of the evaluation that was just done. */
  readonly kind?: EvaluationKind;
}

export interface MeasureOptions {
  readonly request: MeasureRequest;
  /** The run that the request names beside the measured one. */
  readonly other?: Run | undefined;
  readonly signal?: AbortSignal;
  /** Called at first, and behind each evaluation with its kind. */
  readonly onProgress?: (progress: MeasureProgress) => void;
  readonly pool: GraphLearner;
  readonly cacheFolder: string;
  readonly maxMemoryBytes: number;
}

/** A result, with what is kept beside it. */
export interface Measured {
  readonly result: MeasureResult;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Measurements of a picture, as a sentence names them. */
const aboutPictures: { readonly [K in Kind]?: string } = {
  occlusion: "masking each patch",
  grounding: "the grounding score",
  dependence: "whether the answer depends on it",
  regions: "the search over regions",
  place: "the place of the evidence",
  "picture-noise": "noise on the picture",
};

/** Throws `bad-request` if a request names a token, position, layer, head or picture that the run does not have. */
export function checkMeasureRequest(request: MeasureRequest, description: RunDescription): void {
  const isOfPicture = request.kind === "minimal" && request.kinds.includes("image");
  const about = isOfPicture ? "the search of causes in it" : aboutPictures[request.kind];
  if (about !== undefined && description.images.length === 0) {
    throw new ProblemError("bad-request", `The question has no picture, and ${about} needs one.`);
  }
  const check = (what: string, count: number, named: readonly number[]): void => {
    const outside = named.find((each) => each >= count);
    if (outside === undefined) return;
    throw new ProblemError("bad-request", `${what} 0 to ${count - 1}, got ${outside}.`);
  };
  const { languageLayers, languageHeads } = description.model;
  const evidence = request.kind === "verify" ? request.evidence : undefined;
  const heads = evidence?.kind === "heads" ? evidence.heads : request.kind === "picture-noise" ? [request] : [];
  const taken = evidence?.kind === "tokens" ? evidence.positions : [];
  if ("token" in request) check("The answer has tokens", answerLength(description), [request.token]);
  const region = request.kind === "patching" ? request.region : taken;
  check("The run has positions", keyCount(description), "positions" in request ? request.positions : region);
  check("The model has layers", languageLayers, "layer" in request ? [request.layer] : heads.map(({ layer }) => layer));
  check(
    "The model has heads",
    languageHeads,
    heads.map(({ head }) => head),
  );
}

/** Asks the question of a run again as a request says. Throws `bad-request` if the request does not fit the run. */
export async function measure(model: HostedModel, run: Run, options: MeasureOptions): Promise<Measured> {
  const { request, signal, onProgress, ...places } = options;
  checkMeasureRequest(request, run.description);
  const tensors = new Map<string, Tensor>();
  let done = 0;
  let total = evaluationCount(measureEvaluations(request, run.description));
  const report = (kind?: EvaluationKind) => onProgress?.({ done, total, ...(kind === undefined ? {} : { kind }) });
  const context: RunContext = {
    model,
    run,
    signal,
    expect: (evaluations) => {
      total = done + evaluations;
    },
    tick: (kind) => {
      done += 1;
      total = Math.max(total, done);
      report(kind);
    },
    keep: (name, tensor) => {
      tensors.set(name, tensor);
    },
    ...places,
  };
  report();
  const { run: work } = measurements[request.kind] as Measurement<Kind>;
  const result = await work(request, context);
  return { result, tensors };
}

/** The change that adds a measurement to a run; it takes the place of an older one of the same request. */
export function addMeasure(description: RunDescription, { result, tensors }: Measured): RunChange {
  const kept = (description.measures ?? []).filter(({ request }) => !sameRequest(request, result.request));
  return { description: { ...description, measures: [...kept, result] }, tensors };
}
