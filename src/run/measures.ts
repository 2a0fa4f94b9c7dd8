/** @file What was measured by asking the model again, as plain data: requests and their results, kept in the run. */
import type { z } from "zod";
import type { measureRequestSchema, measureResultSchema } from "./findings-schema.ts";

/** What a schema reads, as data that nobody changes. */
type Read<T> = T extends readonly unknown[]
  ? Readonly<{ [Place in keyof T]: Read<T[Place]> }>
  : T extends object
    ? { readonly [Field in keyof T]: Read<T[Field]> }
    : T;

/** The schemas say what each field holds. */
export type MeasureRequest = Read<z.output<typeof measureRequestSchema>>;
export type MeasureResult = Read<z.output<typeof measureResultSchema>>;

/** Every kind with its request and its result. */
export type ResultOf<Kind extends MeasureRequest["kind"]> = Extract<
  MeasureResult,
  { readonly request: { readonly kind: Kind } }
>;

type RequestOf<Kind extends MeasureRequest["kind"]> = Extract<MeasureRequest, { readonly kind: Kind }>;

export type VerifyRequest = RequestOf<"verify">;
export type VerifyResult = ResultOf<"verify">;
export type Evidence = VerifyRequest["evidence"];
export type HeadName = Extract<Evidence, { readonly kind: "heads" }>["heads"][number];
export type EdgeName = Extract<Evidence, { readonly kind: "edges" }>["edges"][number];
export type EvidenceSource = VerifyRequest["source"];
export type VerifiedPart = VerifyResult["parts"][number];
export type NullTest = VerifiedPart["tests"][number];
export type VerdictCode = VerifiedPart["verdict"];
/** The score in nats and the probability of an answer token. */
export type MeasuredToken = VerifyResult["original"];
/** A test of a run of an earlier version of the program. */
export type EarlierVerifyResult = Extract<MeasureResult, { readonly random: readonly number[]; readonly p: number }>;
export type CurvesRequest = RequestOf<"curves">;
export type CurvesResult = ResultOf<"curves">;
export type Curve = CurvesResult["methods"][number]["deletion"];
export type CurveBand = CurvesResult["random"]["deletion"];
export type OcclusionRequest = RequestOf<"occlusion">;
export type OcclusionResult = ResultOf<"occlusion">;
export type RandomWeightsRequest = RequestOf<"random-weights">;
export type RandomWeightsResult = ResultOf<"random-weights">;
export type GroundingRequest = RequestOf<"grounding">;
export type GroundingResult = ResultOf<"grounding">;
/** The grounding of one answer token. */
export type TokenGrounding = GroundingResult["tokens"][number];
export type DependenceRequest = RequestOf<"dependence">;
export type DependenceResult = ResultOf<"dependence">;
export type PlaceRequest = RequestOf<"place">;
export type PlaceResult = ResultOf<"place">;
export type PlaceVerdict = PlaceResult["verdict"];
export type PictureNoiseRequest = RequestOf<"picture-noise">;
export type PictureNoiseResult = ResultOf<"picture-noise">;
export type RegionsRequest = RequestOf<"regions">;
export type RegionsResult = ResultOf<"regions">;
export type FlowRequest = RequestOf<"flow">;
export type FlowResult = ResultOf<"flow">;
export type PatchingRequest = RequestOf<"patching">;
export type PatchingResult = ResultOf<"patching">;
export type FlowGroup = FlowResult["groups"][number];
export type FlowEdge = FlowResult["edges"][number];
export type CleannRequest = RequestOf<"cleann">;
export type CleannResult = ResultOf<"cleann">;
export type MinimalRequest = RequestOf<"minimal">;
export type MinimalResult = ResultOf<"minimal">;
export type KindCauses = NonNullable<MinimalResult["image"]>;
export type CauseSet = KindCauses["sets"][number];

/** Whether two requests ask for the same, so that the newer result takes the place of the older. */
export function sameRequest(a: MeasureResult["request"], b: MeasureResult["request"]): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The tests of evidence of earlier versions of the program. */
export function earlierTests(results: readonly MeasureResult[] | undefined): EarlierVerifyResult[] {
  return (results ?? []).filter((result): result is EarlierVerifyResult => result.request.kind === "verify-by-fall");
}

/** The results of one kind among those of a run. */
export function resultsOf<Kind extends MeasureRequest["kind"]>(
  results: readonly MeasureResult[] | undefined,
  kind: Kind,
): ResultOf<Kind>[] {
  return (results ?? []).filter((result) => result.request.kind === kind) as ResultOf<Kind>[];
}
