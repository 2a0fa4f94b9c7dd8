/** @file Coefficients of the grounding score, written by `npm run bench:truth -- --write-grounding`. */
import type { LogisticModel } from "./logistic.ts";

/**
 * In the order attention, relevancy, change without the picture, change with other pictures. Not fitted yet: all parts count the same, and
 * the score is the logistic function of 8 (mean of the parts - 1/2).
 */
export const groundingModel: LogisticModel = { intercept: -4, weights: [2, 2, 2, 2] };
