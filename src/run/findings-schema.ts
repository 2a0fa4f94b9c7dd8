/** @file What a run may hold of causal graphs and measurements, field by field, with limits: a run file comes from anywhere. */
import { z } from "zod";
import type { CausalGraphFinding, CauseTree } from "./causes.ts";
import {
  causalSettings,
  count,
  fill,
  findingLimits,
  index,
  numbers,
  positions,
  probability,
  seed,
} from "./findings-fields.ts";
import { cleannRequest, cleannResult } from "./cleann-schema.ts";
import { dependenceRequest, dependenceResult } from "./dependence-schema.ts";
import { flowRequest, flowResult } from "./flow-schema.ts";
import { earlierVerifyResult } from "./earlier-verify.ts";
import { mapMethods } from "./map-catalogue.ts";
import { minimalRequest, minimalResult } from "./minimal-schema.ts";
import { patchingRequest, patchingResult } from "./patching-schema.ts";
import { regionsRequest, regionsResult } from "./regions-schema.ts";
import { mapMethod, verifyRequest, verifyResult } from "./verify-schema.ts";

function treeOfDepth(depth: number): z.ZodType<CauseTree> {
  const below =
    depth === 0 ? (z.object({ position: index, children: z.array(index).max(0) }) as never) : treeOfDepth(depth - 1);
  return z.object({ position: index, children: z.array(below).max(findingLimits.nodes) });
}

/** A causal graph in the JSON of a run; its marks are a tensor. */
export const causesSchema: z.ZodType<Omit<CausalGraphFinding, "marks">> = z.object({
  token: index,
  layer: index,
  head: index,
  ...causalSettings,
  target: index,
  nodes: z.array(index).max(findingLimits.nodes),
  tree: treeOfDepth(findingLimits.treeDepth),
  radiusSets: z.array(positions).max(findingLimits.treeDepth),
  explanation: positions,
  testsBySize: z.array(z.int().min(0)).max(findingLimits.nodes),
  conflicts: z.int().min(0),
  degenerate: z.int().min(0),
  leftOut: z.object({ image: count, text: count }),
  cutAt: index.optional(),
  noGraph: z.string().max(findingLimits.textLength).optional(),
});

/** What of the token its map explained, if it is a map by gradient and that was not the raw logit: `logprob` or `contrast:TOKEN`. */
const target = z.string().max(findingLimits.textLength).optional();
const someMapMethods = z.array(mapMethod).max(mapMethods.length);

/** Deletion and insertion curves of maps. */
const curves = z.strictObject({
  kind: z.literal("curves"),
  token: index,
  over: z.enum(["patches", "text"]),
  methods: someMapMethods,
  fill,
  seed,
});
/** Drop of the token's probability when each patch alone is masked; the numbers are a tensor of the token. */
const occlusion = z.strictObject({ kind: z.literal("occlusion"), token: index, fill, seed });
/** Likeness of maps to those of a model with random weights (Adebayo et al. 2018). */
const randomWeights = z.strictObject({
  kind: z.literal("random-weights"),
  token: index,
  methods: someMapMethods,
  seed,
});
/** The grounding score of every answer token. */
const grounding = z.strictObject({ kind: z.literal("grounding"), seed });
/** Whether the expected place of the picture is what matters: with that place masked, and with everything but it. */
const place = z.strictObject({
  kind: z.literal("place"),
  token: index,
  /** Image tokens of the place, by their position in the sequence. */
  positions,
  fill: fill.exclude(["knock-out"]),
  seed,
});
/** How often edges and explaining tokens of a causal graph come back when the picture gets a little noise. */
const pictureNoise = z.strictObject({
  kind: z.literal("picture-noise"),
  token: index,
  layer: index,
  head: index,
  ...causalSettings,
  /** Standard deviation of the noise in levels of 0-255. */
  deviation: z.number().min(0).max(255),
  repeats: z.int().min(1).max(1000),
  seed,
});

/** What can be measured, as a request names it. */
export const measureRequestSchema = z.discriminatedUnion("kind", [
  verifyRequest,
  curves,
  occlusion,
  randomWeights,
  grounding,
  dependenceRequest,
  place,
  pictureNoise,
  flowRequest,
  patchingRequest,
  minimalRequest,
  cleannRequest,
  regionsRequest,
]);

/** Probability of the token at each step, with the area under it (0-1). */
const curve = z.object({ values: numbers, area: z.number() });
/** Means of the curves of random orders, and between `low` and `high` if 95 % of random orders lie. */
const band = curve.extend({ low: numbers, high: numbers, areaLow: z.number(), areaHigh: z.number() });

/** A result in the JSON of a run. */
export const measureResultSchema = z.union([
  verifyResult,
  earlierVerifyResult,
  z.object({
    request: curves,
    /** Share of the members masked (deletion) or restored (insertion) at each step, 0 to 1. */
    shares: numbers,
    methods: z.array(z.object({ method: mapMethod, target, deletion: curve, insertion: curve })).max(mapMethods.length),
    random: z.object({ orders: count, deletion: band, insertion: band }),
    /** Patches from the center of the picture outward; not over text. */
    center: z.object({ deletion: curve, insertion: curve }).optional(),
  }),
  z.object({ request: occlusion, original: probability }),
  z.object({
    request: randomWeights,
    /** Spearman's rank correlation over the patches, -1 to 1; null if a map is flat. */
    methods: z
      .array(z.object({ method: mapMethod, target, correlation: z.number().min(-1.001).max(1.001).nullable() }))
      .max(mapMethods.length),
  }),
  z.object({
    request: grounding,
    /** Other pictures that the fourth part was measured with. */
    otherPictures: count,
    /** By answer token. */
    tokens: z
      .array(
        z.object({
          parts: z.object({
            /** Total variation between the token's distributions with the picture and with its mean color. */
            blank: z.number(),
            /** The same against other pictures, mean. */
            others: z.number(),
            /** How far the logits move with other pictures, and the largest fall of the token's log-odds, as x / (1 + x) of nats. */
            logits: z.number().optional(),
            odds: z.number().optional(),
            /** The largest necessity of a set of patches that was confirmed as a minimal cause; null if none was searched. */
            necessity: z.number().nullable().optional(),
            /** Of older results, whose score they were parts of: share of attention on the image, and image part of exact relevancy. */
            attention: z.number().optional(),
            relevancy: z.number().nullable().optional(),
          }),
          /** How far the token depends on the picture. */
          score: z.number(),
          /**
           * How far it agrees with the picture, which is another question: cosines of its state with those of the nearest patches (`local`) and
           * with their mean (`whole`), and the score of both; null if image tokens have no states. Older results lack it.
           */
          agrees: z.object({ local: z.number(), whole: z.number(), score: probability }).nullable().optional(),
        }),
      )
      .max(findingLimits.numbers),
  }),
  z.object({
    request: place,
    original: probability,
    withoutPlace: probability,
    onlyPlace: probability,
    withoutImage: probability,
    verdict: z.enum(["expected-place", "wrong-place", "not-the-image", "undecided"]),
  }),
  z.object({
    request: pictureNoise,
    count,
    edges: z.array(z.object({ a: index, b: index, count })).max(findingLimits.numbers),
    explaining: z.array(z.object({ position: index, count })).max(findingLimits.numbers),
  }),
  dependenceResult,
  flowResult,
  patchingResult,
  minimalResult,
  cleannResult,
  regionsResult,
]);
