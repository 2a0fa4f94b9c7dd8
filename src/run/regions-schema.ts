/** @file What a run may hold of a search over regions of the picture: their order, and what each added. */
import { z } from "zod";
import { count, findingLimits, index, positions, probability, seed } from "./findings-fields.ts";
import { fills, regionLimits } from "./measure-choices.ts";

/** A greedy search over regions for what an answer token rests on, at a budget of questions to the model. */
export const regionsRequest = z.strictObject({
  kind: z.literal("regions"),
  token: index,
  /** Regions at most. */
  regions: z.int().min(regionLimits.regions.min).max(regionLimits.regions.max),
  /** Times at most that the model is asked. */
  budget: z.int().min(regionLimits.budget.min).max(regionLimits.budget.max),
  fill: z.enum(fills),
  seed,
});

const region = z.object({
  /** Image tokens, by their place on the key axis. */
  positions,
  /** What it added to insight + necessity when it was chosen; of regions that were not, what it would have added when it was last tried. */
  gain: z.number(),
  /** Probability of the token with nothing but the regions up to this one, and 1 less that without them; of chosen regions. */
  insight: probability.optional(),
  necessity: probability.optional(),
});

/** Its map is the tensor `regions.TOKEN`. */
export const regionsResult = z.object({
  request: regionsRequest,
  /** Probability of the token with everything, and without the picture. */
  original: probability,
  without: probability,
  /** Every region, the chosen ones first, in the order of the search. */
  order: z.array(region).max(findingLimits.positions),
  /** How many of them the budget let the search choose. */
  chosen: count,
  /** Times that the model was asked. */
  calls: count,
});
