import { expect, it } from "vitest";
import { explanations } from "./explanations.ts";
import { groundingFormula } from "./grounding-formula.ts";
import { groundingModel } from "../../src/methods/grounding/coefficients.ts";

it("the formula of the grounding score has the signs and numbers of its model", () => {
  expect(groundingFormula({ intercept: -4.126, weights: [2, -0.5, 0, 10.25] })).toBe(
    "Score = 1 / (1 + exp(−x)), x = −4.13 + 2.00 × attention − 0.50 × image part + 0.00 × change without the picture + 10.25 × change with other pictures.",
  );
  expect(explanations.grounding.formula).toBe(groundingFormula(groundingModel));
});
