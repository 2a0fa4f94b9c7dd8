/** @file What a run may hold of minimal causes: the smallest sets of patches or words without which an answer token falls, and their tests. */
import { z } from "zod";
import { count, fill, index, positions, probability, score, seed } from "./findings-fields.ts";
import { causeKinds, causeOrders, nullSetLimits, unitOrders } from "./measure-choices.ts";

/** Minimal causes of an answer token, of the picture and of the question apart. */
export const minimalRequest = z.strictObject({
  kind: z.literal("minimal"),
  token: index,
  kinds: z.array(z.enum(causeKinds)).min(1).max(causeKinds.length),
  /** The map that ranks patches and words before the search. */
  order: z.enum(causeOrders),
  /** Sets of the null that a set is compared with at most. */
  nullSets: z.int().min(nullSetLimits.min).max(nullSetLimits.max),
  score,
  seed,
});

/** One test of a set by an intervention that did not choose it. */
const confirmation = z.object({
  /** A fill of patches, the knock-out of attention, or "mean-embedding" in the place of words. */
  intervention: z.string().max(100),
  /** Fall of the score without the set, by this intervention, as a share of `wholeFall`. */
  necessity: z.number(),
  p: probability,
  /** Sets of the null that were asked for this p. */
  nullSets: count,
});

/**
 * A set whose members must go together before the token falls: no member can be left out. Of several sets each alone makes it fall; they
 * share no member, so that one is never a stand-in for another.
 */
const causeSet = z.object({
  /** Places on the key axis, ascending. */
  positions,
  /** [y - y without the set] / [y - y without the whole kind]. */
  necessity: z.number(),
  /** [y with the set alone - y without the whole kind] / [y - y without the whole kind]. */
  sufficiency: z.number(),
  /** Probability of the token without the set, and with nothing else of its kind. */
  without: probability,
  alone: probability,
  /** True if leaving out any one member was measured to lose the fall. */
  minimal: z.boolean(),
  /** True if another intervention than the one that found the set tells it apart from the sets of a null. */
  confirmed: z.boolean(),
  /** The tests, in the order in which they were made; the first that tells the set apart is the last. */
  confirmedBy: z.array(confirmation).max(10),
});

const kindCauses = z.object({
  verdict: z.enum(["verified", "not confirmed", "none found", "nothing to test"]),
  /**
   * The intervention under which the whole kind matters, which chooses the sets; the first of all if none does. A picture that matters only if
   * another one is put in its place ("others") has no sets: an empty one gets the same answer.
   */
  chosenBy: fill,
  /** The order of the search, chosen from several if the best one was asked for. */
  order: z.enum(unitOrders),
  /** Times that the values of the order were spread over neighboring patches. */
  spread: count.optional(),
  /** Fall of the score without everything of the kind, by the intervention that chose the sets. */
  wholeFall: z.number(),
  /** Probability of the token with everything, and without everything of the kind. */
  original: probability,
  without: probability,
  /** Patches or blocks of patches, or words, among which sets were searched. */
  units: count,
  /** In the order in which they were found. */
  sets: z.array(causeSet).max(100),
  /** True if a larger search would find no other set apart from these: what is left does not make the token fall. */
  exhausted: z.boolean(),
  /** Times that the model was asked. */
  calls: count,
});

export const minimalResult = z.object({
  request: minimalRequest,
  image: kindCauses.optional(),
  text: kindCauses.optional(),
});
