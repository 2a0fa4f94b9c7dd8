/** @file The grounding score, from its parts to one number from 0 to 1, and how far a word agrees with the picture, which is another question. */
import { agreementModel, groundingModel } from "./coefficients.ts";
import { logisticScore } from "./logistic.ts";
import type { Parts } from "./parts.ts";
import type { Similarity } from "./similarity.ts";

/** The parts that the model takes: those that are always there. */
export function groundingFeatures({ blank, others, logits, odds }: Omit<Parts, "necessity">): number[] {
  return [blank, others, logits, odds];
}

/**
 * How far a token depends on the picture: the probability, by the model of `coefficients.ts`, that a token with these changes comes from
 * looking at it. A confirmed minimal cause in the picture is a proof that no change can contradict, so that the score is at least its
 * necessity; a search that found none proves nothing, and takes nothing away.
 */
export function groundingScore({ necessity, ...changes }: Parts): number {
  const dependence = logisticScore(groundingModel, groundingFeatures(changes));
  return Math.max(dependence, Math.min(1, necessity ?? 0));
}

/** The similarities as the model takes them. */
export function agreementFeatures({ local, whole }: Similarity): number[] {
  return [local, whole];
}

/** How far a token agrees with the picture: the probability, by the model of `coefficients.ts`, that what it says is right. */
export function agreementScore(similarity: Similarity): number {
  return logisticScore(agreementModel, agreementFeatures(similarity));
}
