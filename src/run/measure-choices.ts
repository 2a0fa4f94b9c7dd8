/** @file What a measurement can be asked for: how evidence is masked, and how many random sets there are. */

/**
 * How evidence is masked. `knock-out`: no later position may attend to it, in every layer and head. The others put something in the
 * place of its patches in the picture, and knock out its text tokens.
 */
export const fills = ["mean", "blur", "noise", "others", "knock-out"] as const;
export type Fill = (typeof fills)[number];

export const randomSetCounts = [20, 50, 200] as const;
export type RandomSetCount = (typeof randomSetCounts)[number];

/** What minimal causes are searched among: image tokens, or words of the question. */
export const causeKinds = ["image", "text"] as const;
export type CauseKind = (typeof causeKinds)[number];

/** What can rank patches and words before minimal causes are searched: a map, or the scores of all edges of attention. */
export const causeOrders = ["relevancy", "edges", "attention", "lrp"] as const;
export type CauseOrder = (typeof causeOrders)[number];

/** Fewest and most sets of a null that a test takes, and those that it takes if nothing else is said. */
export const nullSetLimits = { min: 1, max: 10_000, default: 99 } as const;

/** Regions of a search, and times that it asks the model: least, most, and what it takes if nothing else is said. */
export const regionLimits = {
  regions: { min: 2, max: 200, default: 64 },
  budget: { min: 6, max: 100_000, default: 300 },
} as const;
