/**
 * @file Tests of evidence as they were made before image and text were tested apart: a set of any tokens against random ones, by the fall of
 * the probability. Runs hold them still; none is made any more.
 */
import { z } from "zod";
import { count, fill, index, numbers, positions, probability, seed } from "./findings-fields.ts";
import { evidence, evidenceSource, newAnswer } from "./verify-schema.ts";

/** What such a test is called in a run that was opened; in its file it has the kind of today's. */
const earlierKind = "verify-by-fall";

export const earlierVerifyResult = z.object({
  request: z.strictObject({
    kind: z.literal(earlierKind),
    token: index,
    evidence,
    source: evidenceSource,
    fill,
    sets: z.union([z.literal(20), z.literal(50), z.literal(200)]),
    seed,
    minimal: z.boolean(),
  }),
  /** Probability of the token with everything, and without the evidence, teacher-forced on the original answer. */
  original: probability,
  masked: probability,
  answer: newAnswer,
  /** Probability of the token without each random set. */
  random: numbers,
  allSets: z.boolean(),
  /** (1 + number of random sets that lower it as much) / (1 + number of random sets). */
  p: probability,
  /** `depends` of a fall above 0.25 with p < 0.05, `matters` above 0.05, `independent` of a smaller fall, else `chance`. */
  verdict: z.enum(["depends", "matters", "independent", "chance"]),
  topAttention: z.object({ positions, masked: probability }).optional(),
  minimal: z.object({ evidence, masked: probability, evaluations: count, isMinimal: z.boolean() }).optional(),
});

function isEarlier(result: unknown): result is { request: object } {
  if (typeof result !== "object" || result === null || !("request" in result) || !("random" in result)) return false;
  const { request } = result;
  return typeof request === "object" && request !== null && "kind" in request && request.kind === "verify";
}

/** The measurements of a run with earlier tests under their own kind. */
export function liftMeasures(measures: readonly unknown[]): unknown[] {
  return measures.map((result) =>
    isEarlier(result) ? { ...result, request: { ...result.request, kind: earlierKind } } : result,
  );
}
