/** @file What was measured by asking the model again, as plain data: requests and their results, kept in the run. */
import type { CausalSettings } from "./causes.ts";
import type { MapMethod } from "./map-catalogue.ts";

/**
 * How evidence is masked. `knock-out`: no later position may attend to it, in every layer and head. The others put something in the
 * place of its patches in the picture, and knock out its text tokens.
 */
export type Fill = "mean" | "blur" | "noise" | "knock-out";
export const fills: readonly Fill[] = ["mean", "blur", "noise", "knock-out"];

export interface HeadName {
  readonly layer: number;
  readonly head: number;
}

/** What is masked: image and text tokens by their position in the sequence, or the output of heads. */
export type Evidence =
  | { readonly kind: "tokens"; readonly positions: readonly number[] }
  | { readonly kind: "heads"; readonly heads: readonly HeadName[] };

/** The source of the evidence, for its name; the test does not read it. */
export type EvidenceSource =
  | ({
      readonly kind: "causes";
      readonly layer: number;
      readonly head: number;
      readonly radius: number;
    } & CausalSettings)
  | { readonly kind: "top"; readonly map: MapMethod }
  | { readonly kind: "selection" };

export type RandomSetCount = 20 | 50 | 200;
export const randomSetCounts: readonly RandomSetCount[] = [20, 50, 200];

/** The same question without some evidence, against random sets of the same size. */
export interface VerifyRequest {
  readonly kind: "verify";
  /** Index of the answer token whose probability is measured. */
  readonly token: number;
  readonly evidence: Evidence;
  readonly source: EvidenceSource;
  readonly fill: Fill;
  readonly sets: RandomSetCount;
  readonly seed: number;
  /** Also search the smallest part of the set that still has the effect. */
  readonly minimal: boolean;
}

/** Verdicts of a test. */
export type VerdictCode = "depends" | "matters" | "independent" | "chance";

export interface VerifyResult {
  readonly request: VerifyRequest;
  /** Probability of the token with everything, and without the evidence, teacher-forced on the original answer. */
  readonly original: number;
  readonly masked: number;
  /** The answer without the evidence, generated anew with the run's sampling. */
  readonly answer: {
    readonly text: string;
    readonly tokens: readonly { readonly text: string; readonly probability: number }[];
  };
  /** Probability of the token without each random set. */
  readonly random: readonly number[];
  /** True if fewer different sets of this size exist than were asked for. */
  readonly allSets: boolean;
  /** (1 + number of random sets that lower it as much) / (1 + number of random sets). */
  readonly p: number;
  readonly verdict: VerdictCode;
  /** As many tokens of each kind with the largest attention (mean of all layers and heads), and the probability without them. */
  readonly topAttention?: { readonly positions: readonly number[]; readonly masked: number };
  readonly minimal?: {
    readonly evidence: Evidence;
    readonly masked: number;
    /** Times that the model was asked in the search. */
    readonly evaluations: number;
    /** True if each single member is needed for the effect. */
    readonly isMinimal: boolean;
  };
}

/** Deletion and insertion curves of maps. */
export interface CurvesRequest {
  readonly kind: "curves";
  readonly token: number;
  readonly over: "patches" | "text";
  readonly methods: readonly MapMethod[];
  readonly fill: Fill;
  readonly seed: number;
}

/** Probability of the token at each step, with the area under it (0-1). */
export interface Curve {
  readonly values: readonly number[];
  readonly area: number;
}

/** Means of the curves of random orders, and between `low` and `high` if 95 % of random orders lie. */
export interface CurveBand extends Curve {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly areaLow: number;
  readonly areaHigh: number;
}

export interface CurvesResult {
  readonly request: CurvesRequest;
  /** Share of the members masked (deletion) or restored (insertion) at each step, 0 to 1. */
  readonly shares: readonly number[];
  readonly methods: readonly { readonly method: MapMethod; readonly deletion: Curve; readonly insertion: Curve }[];
  readonly random: { readonly orders: number; readonly deletion: CurveBand; readonly insertion: CurveBand };
  /** Patches from the center of the picture outward; not over text. */
  readonly center?: { readonly deletion: Curve; readonly insertion: Curve };
}

/** Drop of the token's probability when each patch alone is masked; the numbers are a tensor of the token. */
export interface OcclusionRequest {
  readonly kind: "occlusion";
  readonly token: number;
  readonly fill: Fill;
  readonly seed: number;
}

export interface OcclusionResult {
  readonly request: OcclusionRequest;
  readonly original: number;
}

/** Likeness of maps to those of a model with random weights (Adebayo et al. 2018). */
export interface RandomWeightsRequest {
  readonly kind: "random-weights";
  readonly token: number;
  readonly methods: readonly MapMethod[];
  readonly seed: number;
}

export interface RandomWeightsResult {
  readonly request: RandomWeightsRequest;
  /** Spearman's rank correlation over the patches, -1 to 1; null if a map is flat. */
  readonly methods: readonly { readonly method: MapMethod; readonly correlation: number | null }[];
}

/** The grounding score of every answer token. */
export interface GroundingRequest {
  readonly kind: "grounding";
  readonly seed: number;
}

export interface GroundingParts {
  /** Share of attention on the image without sinks, mean of all layers and heads. */
  readonly attention: number;
  /** Image part of exact relevancy. */
  readonly relevancy: number | null;
  /** Total variation between the token's distributions with the picture and with its mean color. */
  readonly blank: number;
  /** The same against other pictures, mean. */
  readonly others: number;
}

export interface GroundingResult {
  readonly request: GroundingRequest;
  /** Other pictures that the fourth part was measured with. */
  readonly otherPictures: number;
  /** By answer token; null if the question has no picture. */
  readonly tokens: readonly { readonly parts: GroundingParts; readonly score: number }[];
}

/** Whether the expected place of the picture is what matters: with that place masked, and with everything but it. */
export interface PlaceRequest {
  readonly kind: "place";
  readonly token: number;
  /** Image tokens of the place, by their position in the sequence. */
  readonly positions: readonly number[];
  readonly fill: Exclude<Fill, "knock-out">;
  readonly seed: number;
}

export type PlaceVerdict = "expected-place" | "wrong-place" | "not-the-image" | "undecided";

export interface PlaceResult {
  readonly request: PlaceRequest;
  readonly original: number;
  readonly withoutPlace: number;
  readonly onlyPlace: number;
  readonly withoutImage: number;
  readonly verdict: PlaceVerdict;
}

/** How often edges and explaining tokens of a causal graph come back when the picture gets a little noise. */
export interface PictureNoiseRequest extends CausalSettings {
  readonly kind: "picture-noise";
  readonly token: number;
  readonly layer: number;
  readonly head: number;
  /** Standard deviation of the noise in levels of 0-255. */
  readonly deviation: number;
  readonly repeats: number;
  readonly seed: number;
}

export interface PictureNoiseResult {
  readonly request: PictureNoiseRequest;
  readonly count: number;
  readonly edges: readonly { readonly a: number; readonly b: number; readonly count: number }[];
  readonly explaining: readonly { readonly position: number; readonly count: number }[];
}

export type MeasureRequest =
  | VerifyRequest
  | CurvesRequest
  | OcclusionRequest
  | RandomWeightsRequest
  | GroundingRequest
  | PlaceRequest
  | PictureNoiseRequest;

export type MeasureResult =
  | VerifyResult
  | CurvesResult
  | OcclusionResult
  | RandomWeightsResult
  | GroundingResult
  | PlaceResult
  | PictureNoiseResult;

/** Every kind with its request and its result. */
export type ResultOf<Kind extends MeasureRequest["kind"]> = Extract<
  MeasureResult,
  { readonly request: { readonly kind: Kind } }
>;

/** Whether two requests ask for the same, so that the newer result takes the place of the older. */
export function sameRequest(a: MeasureRequest, b: MeasureRequest): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The results of one kind among those of a run. */
export function resultsOf<Kind extends MeasureRequest["kind"]>(
  results: readonly MeasureResult[] | undefined,
  kind: Kind,
): ResultOf<Kind>[] {
  return (results ?? []).filter((result) => result.request.kind === kind) as ResultOf<Kind>[];
}
