/** @file The grounding score: from four parts to one number from 0 to 1. */
import { groundingModel } from "./coefficients.ts";
import { logisticScore } from "./logistic.ts";
import type { Parts } from "./parts.ts";

/** The parts as the model takes them. A token without question or earlier answer has no image part, and counts as halfway. */
export function groundingFeatures({ attention, relevancy, blank, others }: Parts): number[] {
  return [attention, relevancy ?? 0.5, blank, others];
}

/** The probability, by the model of `coefficients.ts`, that a token with these parts comes from looking at the picture. */
export function groundingScore(parts: Parts): number {
  return logisticScore(groundingModel, groundingFeatures(parts));
}
