/** @file What a measurement can be asked for: how evidence is masked, and how many random sets there are. */

/**
 * How evidence is masked. `knock-out`: no later position may attend to it, in every layer and head. The others put something in the
 * place of its patches in the picture, and knock out its text tokens.
 */
export const fills = ["mean", "blur", "noise", "others", "knock-out"] as const;
export type Fill = (typeof fills)[number];

export const randomSetCounts = [20, 50, 200] as const;
export type RandomSetCount = (typeof randomSetCounts)[number];
