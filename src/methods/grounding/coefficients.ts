/** @file Coefficients of the grounding score, written by `npm run bench:truth -- --write-grounding`. */
import type { LogisticModel } from "./logistic.ts";

/**
 * In the order attention, relevancy, change without the picture, change with other pictures. Fitted on 93 answers of the demo model that
 * come from looking and 50 that do not, of 51 scenes; docs/truth.md says how well it tells them apart.
 */
export const groundingModel: LogisticModel = { intercept: -4.50946, weights: [8.11135, -0.727779, 1.99636, 3.99109] };
