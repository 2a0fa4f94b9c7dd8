/** @file The test of evidence, as a request names it and as a run holds it. */
import { z } from "zod";
import {
  causalSettings,
  count,
  fill,
  findingLimits,
  index,
  measured,
  nullSetCount,
  numbers,
  positions,
  probability,
  score,
  seed,
} from "./findings-fields.ts";
import { mapMethods, type MapMethod } from "./map-catalogue.ts";
import { nullKinds, partKinds, setKinds, verdictCodes } from "./measure-choices.ts";

export const mapMethod = z.enum(mapMethods as readonly [MapMethod, ...MapMethod[]]);

const heads = z.array(z.strictObject({ layer: index, head: index })).max(findingLimits.positions);
const indices = z.array(index).min(1).max(findingLimits.positions);
/** Attention of the positions `to` to the positions `from`, in these layers and heads, or in all. */
const edge = z.strictObject({ from: indices, to: indices, layers: indices.optional(), heads: indices.optional() });
/** What is taken away: image and text tokens by their position on the key axis, the output of heads, or edges of attention. */
export const evidence = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tokens"), positions }),
  z.strictObject({ kind: z.literal("heads"), heads }),
  z.strictObject({ kind: z.literal("edges"), edges: z.array(edge).max(findingLimits.nodes) }),
]);

/** The source of the evidence, for its name; the test does not read it. */
export const evidenceSource = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("causes"), layer: index, head: index, radius: index, ...causalSettings }),
  z.strictObject({ kind: z.literal("top"), map: mapMethod }),
  z.strictObject({ kind: z.literal("selection") }),
]);

/** The answer as it was generated anew. */
export const newAnswer = z.object({
  text: z.string().max(findingLimits.textLength),
  tokens: z.array(z.object({ text: z.string().max(findingLimits.textLength), probability })).max(findingLimits.numbers),
});

/** The same question without some evidence, against null sets. */
export const verifyRequest = z.strictObject({
  kind: z.literal("verify"),
  /** Index of the answer token whose score is measured. */
  token: index,
  evidence,
  source: evidenceSource,
  /** How patches are taken away: as they were when the evidence was chosen, or as the user wants. */
  fill,
  /** Other ways to take patches away, each with a test of its own if the first one passes. */
  confirm: z.array(fill).max(fill.options.length).default([]),
  score: score.default("log-probability"),
  /** Null sets of patches; the first one decides. Words are compared with words of their kind, heads with heads. */
  nulls: z.array(z.enum(nullKinds)).min(1).max(nullKinds.length).default(["shifted"]),
  /** Null sets of each test at most. */
  sets: nullSetCount,
  seed,
  /** Also search the smallest part of the set that still has the effect. */
  minimal: z.boolean(),
});

/** One kind of evidence against one kind of null sets, taken away in one way. */
const nullTest = z.object({
  /** How it was taken away: a fill; heads have no other way than `zero`. */
  intervention: z.enum([...fill.options, "zero"]),
  nullSets: z.enum(setKinds),
  /** Fall of the score without the evidence, in nats. */
  fall: z.number(),
  /** The same over the fall without everything of the kind; null if that is not measured, or does not lower the score. */
  share: z.number().nullable(),
  /** Null if no other set exists. */
  p: probability.nullable(),
  /** Null sets that were used, that there were, and of those used how many lowered the score as much. */
  used: count,
  available: count,
  asMuch: count,
  /** True if the test ended early, since it could not pass any more. */
  stopped: z.boolean(),
  /** Probability to pass of a set that 2 % of all null sets match. */
  power: probability,
  /** Fall of the score without each null set, in the order of the draw. */
  falls: numbers,
});

const verifiedPart = z.object({
  kind: z.enum(partKinds),
  evidence,
  verdict: z.enum(verdictCodes),
  /** Without this part, all else there. */
  masked: measured,
  /** Without everything of the kind (the whole picture, all words of the kinds in the part); left out of heads. */
  whole: measured.optional(),
  /** The first one decides; then the other null sets, and the other interventions. None if there was nothing to test. */
  tests: z.array(nullTest).max(100),
});

export const verifyResult = z.object({
  request: verifyRequest,
  original: measured,
  /** Without all of the evidence. */
  masked: measured,
  /** The answer without all of the evidence, generated anew with the run's sampling. */
  answer: newAnswer,
  /** Patches, words and heads are tested apart. */
  parts: z.array(verifiedPart).min(1).max(partKinds.length),
  /** Positions of the evidence that are none: of the template, special tokens, padding. They were not taken away. */
  leftOut: positions,
  /** As many tokens of each kind with the largest attention (mean of all layers and heads), and the token without them. */
  topAttention: z.object({ positions, masked: measured }).optional(),
  minimal: z
    .object({
      evidence,
      masked: measured,
      /** Times that the model was asked in the search. */
      evaluations: count,
      /** True if each single member is needed for the effect. */
      isMinimal: z.boolean(),
    })
    .optional(),
});
