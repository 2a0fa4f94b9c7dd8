/** @file The grounding score as it is written, with the numbers that it is computed by. */
import type { LogisticModel } from "../../src/methods/grounding/logistic.ts";
import { formatFixed } from "../../src/figure/numbers.ts";

const parts = ["change without the picture", "change with other pictures", "logits moved", "odds lost"] as const;
const decimals = 2;

/** "score = 1 / (1 + exp(−x)), x = −4.00 + 2.00 attention + …", with a full stop. */
export function groundingFormula({ intercept, weights }: LogisticModel): string {
  const terms = weights.map((weight, part) => {
    const sign = weight < 0 ? "\u2212" : "+";
    return `${sign} ${formatFixed(Math.abs(weight), decimals)} × ${parts[part]!}`;
  });
  return `Score = 1 / (1 + exp(\u2212x)), x = ${formatFixed(intercept, decimals)} ${terms.join(" ")}.`;
}
