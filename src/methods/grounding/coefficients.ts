/** @file Coefficients of the grounding score, written by `npm run bench:truth -- --write-grounding`. */
import type { LogisticModel } from "./logistic.ts";

/**
 * In the order change without the picture, change with other pictures, logits moved, odds lost. Fitted on 93 answers of the demo model that come from
 * looking and 50 that do not, of 51 scenes; docs/truth.md says how well it tells them apart.
 */
export const groundingModel: LogisticModel = { intercept: -5.14821, weights: [1.28031, 1.57456, 10.2968, 2.76005] };

/**
 * In the order nearest patches, mean patch. Fitted on 135 right answers of the demo model and 34 wrong ones; docs/truth.md says how well
 * it tells them apart.
 */
export const agreementModel: LogisticModel = { intercept: -0.84153, weights: [6.83325, -6.89624] };
