/** @file Tests of how often a test of evidence asks the model. */
import { expect, it } from "vitest";
import type { VerifyRequest } from "../run/measures.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { verifyEvaluations } from "./verify.ts";

const request = (positions: readonly number[], change: Partial<VerifyRequest> = {}): VerifyRequest => ({
  kind: "verify",
  token: 0,
  evidence: { kind: "tokens", positions },
  source: { kind: "selection" },
  fill: "mean",
  sets: 20,
  seed: 0,
  minimal: false,
  ...change,
});
const asked = (...given: Parameters<typeof request>): number =>
  verifyEvaluations(request(...given), exampleDescription());

it("the model is asked thrice and once for each random set, as far as there are so many", () => {
  // 2 of 10 patches: 45 sets. All 10, all but one, and one: no, 9 and 9 others.
  expect(asked([1, 2])).toBe(3 + 20);
  expect(asked([1, 2], { sets: 50 })).toBe(3 + 44);
  expect(asked([1, 2, 3, 4, 9, 10, 11, 12, 13, 14])).toBe(3);
  expect(asked([1, 2, 3, 4, 9, 10, 11, 12, 13])).toBe(3 + 9);
  expect(asked([5], { minimal: true })).toBe(3 + 2 + 3);
  expect(asked([], { evidence: { kind: "heads", heads: [{ layer: 0, head: 0 }] } })).toBe(3 + 5);
});

it("evidence that cannot be masked is refused", () => {
  expect(() => asked([0])).toThrow("Position 0 cannot be masked");
});
