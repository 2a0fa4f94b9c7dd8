/** @file What a run may hold of causal graphs and measurements, field by field, with limits: a run file comes from anywhere. */
import { z } from "zod";
import type { CausalGraphFinding, CauseTree } from "./causes.ts";
import { fills } from "./measures.ts";
import { mapMethods } from "./maps.ts";
import type { MeasureRequest, MeasureResult } from "./measures.ts";
import type { MapMethod } from "./map-catalogue.ts";

/** Limits that no real run comes near. */
export const findingLimits = {
  /** Largest position, layer, head or count. */
  index: 1_000_000,
  /** Nodes of one graph. */
  nodes: 1000,
  /** Steps of a tree, and entries of all trees of a level. */
  treeDepth: 8,
  /** Positions in one list. */
  positions: 100_000,
  /** Points of a curve, sets of a test, words of an answer. */
  numbers: 100_000,
  graphs: 100_000,
  measures: 100_000,
  textLength: 1_000_000,
} as const;

const index = z.int().min(0).max(findingLimits.index);
const count = index;
const probability = z.number().min(0).max(1.001);
const positions = z.array(index).max(findingLimits.positions);
const numbers = z.array(z.number()).max(findingLimits.numbers);
const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** The settings of a causal graph, as a request or a file names them. */
const causalSettings = {
  variant: z.enum(["exact", "reference"]),
  alpha: z.number().positive().max(1),
  samples: z.int().min(4).max(100_000_000),
  signRule: z.enum(["two-sided", "legacy"]),
  threshold: z.number().min(0).max(1),
};

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

const heads = z.array(z.strictObject({ layer: index, head: index })).max(findingLimits.positions);
const evidence = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tokens"), positions }),
  z.strictObject({ kind: z.literal("heads"), heads }),
]);
const mapMethod = z.enum(mapMethods as readonly [MapMethod, ...MapMethod[]]);
const someMapMethods = z.array(mapMethod).max(mapMethods.length);
const fill = z.enum(fills as readonly ["mean", "blur", "noise", "knock-out"]);

const source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("causes"), layer: index, head: index, radius: index, ...causalSettings }),
  z.strictObject({ kind: z.literal("top"), map: mapMethod }),
  z.strictObject({ kind: z.literal("selection") }),
]);

const verify = z.strictObject({
  kind: z.literal("verify"),
  token: index,
  evidence,
  source,
  fill,
  sets: z.union([z.literal(20), z.literal(50), z.literal(200)]),
  seed,
  minimal: z.boolean(),
});
const curves = z.strictObject({
  kind: z.literal("curves"),
  token: index,
  over: z.enum(["patches", "text"]),
  methods: someMapMethods,
  fill,
  seed,
});
const occlusion = z.strictObject({ kind: z.literal("occlusion"), token: index, fill, seed });
const randomWeights = z.strictObject({
  kind: z.literal("random-weights"),
  token: index,
  methods: someMapMethods,
  seed,
});
const grounding = z.strictObject({ kind: z.literal("grounding"), seed });
const place = z.strictObject({
  kind: z.literal("place"),
  token: index,
  positions,
  fill: z.enum(["mean", "blur", "noise"]),
  seed,
});
const pictureNoise = z.strictObject({
  kind: z.literal("picture-noise"),
  token: index,
  layer: index,
  head: index,
  ...causalSettings,
  deviation: z.number().min(0).max(255),
  repeats: z.int().min(1).max(1000),
  seed,
});

/** What can be measured, as a request names it. */
export const measureRequestSchema = z.discriminatedUnion("kind", [
  verify,
  curves,
  occlusion,
  randomWeights,
  grounding,
  place,
  pictureNoise,
]) satisfies z.ZodType<MeasureRequest>;

const curve = z.object({ values: numbers, area: z.number() });
const band = curve.extend({ low: numbers, high: numbers, areaLow: z.number(), areaHigh: z.number() });
const frequencies = {
  count,
  edges: z.array(z.object({ a: index, b: index, count })).max(findingLimits.numbers),
  explaining: z.array(z.object({ position: index, count })).max(findingLimits.numbers),
};

const verifyResult = z.object({
  request: verify,
  original: probability,
  masked: probability,
  answer: z.object({
    text: z.string().max(findingLimits.textLength),
    tokens: z
      .array(z.object({ text: z.string().max(findingLimits.textLength), probability }))
      .max(findingLimits.numbers),
  }),
  random: numbers,
  allSets: z.boolean(),
  p: probability,
  verdict: z.enum(["depends", "matters", "independent", "chance"]),
  topAttention: z.object({ positions, masked: probability }).optional(),
  minimal: z.object({ evidence, masked: probability, evaluations: count, isMinimal: z.boolean() }).optional(),
});

/** A result in the JSON of a run. */
export const measureResultSchema: z.ZodType<MeasureResult> = z.union([
  verifyResult,
  z.object({
    request: curves,
    shares: numbers,
    methods: z.array(z.object({ method: mapMethod, deletion: curve, insertion: curve })).max(mapMethods.length),
    random: z.object({ orders: count, deletion: band, insertion: band }),
    center: z.object({ deletion: curve, insertion: curve }).optional(),
  }),
  z.object({ request: occlusion, original: probability }),
  z.object({
    request: randomWeights,
    methods: z
      .array(z.object({ method: mapMethod, correlation: z.number().min(-1.001).max(1.001).nullable() }))
      .max(mapMethods.length),
  }),
  z.object({
    request: grounding,
    otherPictures: count,
    tokens: z
      .array(
        z.object({
          parts: z.object({
            attention: z.number(),
            relevancy: z.number().nullable(),
            blank: z.number(),
            others: z.number(),
          }),
          score: z.number(),
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
  z.object({ request: pictureNoise, ...frequencies }),
]);
