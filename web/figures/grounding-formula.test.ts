import { expect, it } from "vitest";
import { explanations } from "./explanations.ts";
import { groundingFormula } from "./grounding-formula.ts";
import { groundingModel } from "../../src/methods/grounding/coefficients.ts";

it("the formula of the grounding score has the signs and numbers of its model", () => {
  expect(groundingFormula({ intercept: -4.126, weights: [-0.5, 10.25, 0, 2] })).toBe(
    "Score = 1 / (1 + exp(−x)), x = −4.13 − 0.50 × change without the picture + 10.25 × change with other pictures + 0.00 × logits moved + 2.00 × odds lost.",
  );
  expect(explanations.grounding.formula).toContain(groundingFormula(groundingModel));
});
