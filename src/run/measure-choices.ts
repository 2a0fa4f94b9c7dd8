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

/** Maps that can rank patches and words before minimal causes are searched. */
export const causeOrders = ["relevancy", "attention", "lrp"] as const;
export type CauseOrder = (typeof causeOrders)[number];

/** Fewest sets of a null by which a p-value can reach 0.05, most that a test takes, and those that it takes if nothing else is said. */
export const nullSetLimits = { min: 19, max: 999, default: 99 } as const;
