/** @file Fields that the schemas of causal graphs and measurements share, with their limits. */
import { z } from "zod";
import { fills } from "./measure-choices.ts";

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

export const index = z.int().min(0).max(findingLimits.index);
export const count = z.int().min(0).max(findingLimits.index);
export const probability = z.number().min(0).max(1.001);
export const positions = z.array(index).max(findingLimits.positions);
export const numbers = z.array(z.number()).max(findingLimits.numbers);
export const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
/** How evidence is taken away. */
export const fill = z.enum(fills);
/** What the score of a token is: its log-probability, or its logit less that of a rival, by id; in nats. */
export const score = z.union([
  z.literal("log-probability"),
  z.strictObject({ contrast: z.int().min(0).max(0x7fffffff) }),
]);
/** Of an answer token, teacher-forced on the original answer: its score in nats, and its probability. */
export const measured = z.object({ score: z.number(), probability });
/** Null sets that a test may draw at most. */
export const nullSetCount = z.int().min(1).max(10_000);

/** The settings of a causal graph, as a request or a file names them. */
export const causalSettings = {
  variant: z.enum(["exact", "reference"]),
  alpha: z.number().positive().max(1),
  samples: z.int().min(4).max(100_000_000),
  signRule: z.enum(["two-sided", "legacy"]),
  threshold: z.number().min(0).max(1),
};
