/** @file What a run may hold of CLEANN with its tester: the sets of each head's graph without which the model predicts something else. */
import { z } from "zod";
import { causalSettings, count, fill, findingLimits, index, positions, seed } from "./findings-fields.ts";

/** Sets of the causal graphs of a layer, each taken away before the model is asked again (Rohekar et al. 2023). */
export const cleannRequest = z.strictObject({
  kind: z.literal("cleann"),
  token: index,
  layer: index,
  ...causalSettings,
  /** What takes the place of patches; text tokens are knocked out. */
  fill,
  /** Sets that are tried for each head at most, of its graph and of its attention each. */
  budget: z.int().min(1).max(10_000),
  seed,
});

export const cleannResult = z.object({
  request: cleannRequest,
  /** By head of the layer. */
  heads: z
    .array(
      z.object({
        /** Tokens of the graph's tree, from which sets are made. */
        members: count,
        noGraph: z.string().max(findingLimits.textLength).optional(),
        /** Every set of the smallest size that changed the prediction, in the order in which they were tried. */
        sets: z.array(positions).max(findingLimits.numbers),
        /** Sets tried up to the first of these; null if there is none. */
        first: count.nullable(),
        calls: count,
        /** False if the budget ended the search. */
        complete: z.boolean(),
        /** The tokens of the graph with the largest attention that change the prediction together; null if the budget found none. */
        attention: z.object({ positions: positions.nullable(), calls: count }),
      }),
    )
    .max(findingLimits.index),
  /** Times that the model was asked; a set that several heads have is asked once. */
  calls: count,
});
