/** @file Paired patching of two runs, as a request names it and as a run holds it. */
import { z } from "zod";
import { count, findingLimits, index, positions, score, seed } from "./findings-fields.ts";

/** What the tokens of a group are. */
const patchingGroupKinds = ["region", "picture", "changed", "words", "template", "answer", "last"] as const;

/** What of another run's forward pass makes this run's answer token out of the other's, and the other way around. */
export const patchingRequest = z.strictObject({
  kind: z.literal("patching"),
  /** Id of the other run, or the name of its file. */
  other: z.string().min(1).max(1000),
  /** Index of the answer token of this run. */
  token: index,
  /** Parts into which the layers are divided, from the first layer on; a model with fewer layers has as many. */
  bands: z.int().min(1).max(1000),
  /** Whether each head is patched by itself as well. */
  heads: z.boolean(),
  /** Image tokens of this run that are a group of their own; none if it is empty. */
  region: positions,
  score,
  seed,
});

/** A share of the difference of both scores; null if there is nothing to patch. */
const share = z.number().nullable();
const matrix = z.array(z.array(share).max(findingLimits.nodes)).max(findingLimits.nodes);
/** By direction: the other run with parts of this one, and this run with parts of the other. */
const bothWays = z.object({ restored: matrix, removed: matrix });

export const patchingResult = z.object({
  request: patchingRequest,
  /** Score of the token in this run, and in the other one after the same beginning of the answer. */
  own: z.number(),
  other: z.number(),
  verdict: z.enum(["measured", "nothing to restore"]),
  /** Tokens of this run, by their place on the key axis, that the other run has as well; none in two groups. */
  groups: z
    .array(z.object({ name: z.string().max(findingLimits.textLength), kind: z.enum(patchingGroupKinds), positions }))
    .max(findingLimits.nodes),
  /** Tokens up to the answer token that have no counterpart in the other run. */
  unmatched: count,
  bands: z.array(z.tuple([index, index])).max(findingLimits.nodes),
  /** Of the states behind the layers of a band, [band][group]. */
  states: bothWays,
  /** Of what a head gives, [layer][head], at the last position alone and at all positions. */
  heads: z.object({ last: bothWays, all: bothWays }).optional(),
  /** Heads that bring the other run's score back into this one, largest share first. */
  prior: z
    .array(
      z.object({
        layer: index,
        head: index,
        /** Share that the head of the other run takes from this run. */
        removed: z.number(),
        /** Share by which the other run comes nearer to this one when the head gives 0 there. */
        off: z.number(),
      }),
    )
    .max(findingLimits.numbers),
  /** Times that a sequence went through the model. */
  calls: count,
});
