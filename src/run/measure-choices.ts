/** @file What a measurement can be asked for, and what a test of evidence can find, by name. */

/**
 * How evidence is masked. `knock-out`: no later position may attend to it, in every layer and head. The others put something in the
 * place of its patches in the picture (`others`: blocks of other pictures), and knock out its text tokens.
 */
export const fills = ["mean", "blur", "noise", "others", "knock-out"] as const;
export type Fill = (typeof fills)[number];

/**
 * What takes all pictures of a question away, in the order in which it is asked: an empty picture first, then other pictures, since an answer
 * that the model also gives to an empty picture may still be read from this one.
 */
export const wholePictureFills = ["mean", "others"] as const satisfies readonly Fill[];

/** Whether an answer token depends on the picture; `src/methods/perturbation/verdict.ts` says when. */
export const dependenceCodes = ["depends", "does not matter", "could not tell"] as const;
export type DependenceCode = (typeof dependenceCodes)[number];

/** What minimal causes are searched among: image tokens, or words of the question. */
export const causeKinds = ["image", "text"] as const;
export type CauseKind = (typeof causeKinds)[number];

/** Ways to find causes in one run, whose results a run keeps and exports draw. */
export const causeMethods = ["minimal", "flow", "cleann"] as const;
export type CauseMethod = (typeof causeMethods)[number];

/** Which edges of a flow graph are drawn: those of the graph, or also those that were measured, or all. */
export const flowChoices = ["kept", "measured", "all"] as const;
export type FlowChoice = (typeof flowChoices)[number];

/** What a choice is called. */
export const flowChoiceNames: Readonly<Record<FlowChoice, string>> = {
  kept: "edges of the graph",
  measured: "edges that were measured",
  all: "all edges",
};

/** What is measured of a token: its log-probability, or the contrast of its logit to that of the most probable other token. */
export const scoreNames = ["log-probability", "contrast"] as const;
export type ScoreName = (typeof scoreNames)[number];

/** What can rank patches and words before minimal causes are searched: a map, or the scores of all edges of attention. */
export const unitOrders = ["relevancy", "edges", "attention", "lrp"] as const;
export type UnitOrder = (typeof unitOrders)[number];

/** What a search of minimal causes is asked for: `best` is the order whose first units reach the whole fall soonest. */
export const causeOrders = ["best", ...unitOrders] as const;
export type CauseOrder = (typeof causeOrders)[number];

/** Fewest and most sets of a null that a test takes, and those that it takes if nothing else is said. */
export const nullSetLimits = { min: 1, max: 10_000, default: 99 } as const;

/** Regions of a search, and times that it asks the model: least, most, and what it takes if nothing else is said. */
export const regionLimits = {
  regions: { min: 2, max: 200, default: 64 },
  budget: { min: 6, max: 100_000, default: 300 },
} as const;

/** Null sets of patches: the same shape elsewhere in the picture, or as many patches drawn each on its own. */
export const nullKinds = ["shifted", "random"] as const;

/**
 * Every kind of null sets: of patches, of words (of the same class), of heads (of the same layers, or of any), and of edges (to the same
 * positions, from others of the same class).
 */
export const setKinds = [...nullKinds, "words", "layer-heads", "heads", "edges"] as const;
export type SetKind = (typeof setKinds)[number];

/** Evidence is tested by kind. */
export const partKinds = ["image", "text", "heads", "edges"] as const;
export type PartKind = (typeof partKinds)[number];

/** What a test of one kind of evidence finds; `src/methods/perturbation/verdict.ts` says when. */
export const verdictCodes = ["depends", "unconfirmed", "little", "random", "nothing", "few"] as const;

/** Null sets of a test that the page offers. */
export const offeredNullSets: readonly number[] = [nullSetLimits.default, 199, 499];

/** What confirms a test unless a user chooses: patches that were seen elsewhere, and no change of the picture at all. */
export const usualConfirmations = ["others", "knock-out"] as const satisfies readonly Fill[];
