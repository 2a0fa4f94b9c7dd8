/** @file Coefficients of the grounding score, written by `npm run bench:truth -- --write-grounding`. */
import type { LogisticModel } from "./logistic.ts";

/** In the order attention, relevancy, change without the picture, change with other pictures. */
export const groundingModel: LogisticModel = { intercept: -4, weights: [2, 2, 2, 2] };
