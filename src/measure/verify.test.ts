/** @file Tests of how often a test of evidence asks the model. */
import { expect, it } from "vitest";
import type { VerifyRequest } from "../run/measures.ts";
import { exampleDescription } from "../../test/support/example-run.ts";
import { evaluationCount } from "./evaluations.ts";
import { partsOf } from "./verify-parts.ts";
import { verifyEvaluations } from "./verify.ts";

const request = (positions: readonly number[], change: Partial<VerifyRequest> = {}): VerifyRequest => ({
  kind: "verify",
  token: 0,
  evidence: { kind: "tokens", positions },
  source: { kind: "selection" },
  fill: "mean",
  confirm: [],
  score: "log-probability",
  nulls: ["shifted"],
  sets: 99,
  seed: 0,
  minimal: false,
  ...change,
});
const asked = (...given: Parameters<typeof request>): number =>
  evaluationCount(verifyEvaluations(request(...given), exampleDescription()));
const edges = (from: readonly number[]) => ({ kind: "edges", edges: [{ from, to: [16], layers: [1] }] }) as const;
const heads = { kind: "heads", heads: [{ layer: 0, head: 0 }] } as const;

it("the model is asked with and without the set, its parts and their wholes, for each null set, and for the answer", () => {
  // Twice at first; then part and whole, its null sets; top attention and the answer at the end.
  const [start, part, end] = [2, 2, 2];
  // A patch of 4, whose places elsewhere are 3; of two pictures 4 * 6 - 1 pairs.
  expect(asked([1])).toBe(start + part + 3 + end);
  expect(asked([1, 9])).toBe(start + part + 23 + end);
  expect(asked([1, 9], { sets: 20 })).toBe(start + part + 20 + end);
  // Any two of ten patches: 44 others.
  expect(asked([1, 9], { nulls: ["shifted", "random"] })).toBe(start + part + 23 + 44 + end);
  // Each other way asks without the part and without its whole, and for the null sets anew; the same way is no other.
  expect(asked([1, 9], { confirm: ["others", "knock-out", "mean"] })).toBe(start + part + 23 + 2 * (2 + 23) + end);
  // One of three question words: two others. Words have no other way.
  expect(asked([5], { confirm: ["others"] })).toBe(start + part + 2 + end);
  expect(asked([1, 9, 5])).toBe(start + part + 23 + part + 2 + end);
  expect(asked([5], { minimal: true })).toBe(start + part + 2 + end + 3);
  // Of everything there are no other sets.
  expect(asked([1, 2, 3, 4, 9, 10, 11, 12, 13, 14], { confirm: ["others"] })).toBe(start + 1 + 1 + end);
  // Two other heads of the layer, five of any; heads have no whole.
  expect(asked([], { evidence: heads })).toBe(start + 1 + 2 + 5 + end);
  // From one of three question words: two others; of a patch, nine. Edges have no whole.
  expect(asked([], { evidence: edges([5]) })).toBe(start + 1 + 2 + end);
  expect(asked([], { evidence: edges([2]) })).toBe(start + 1 + 9 + end);
  expect(asked([], { evidence: edges([5, 6, 15]), minimal: true })).toBe(start + 1 + end + 3);
});

it("what a script may leave out is asked as in earlier versions", () => {
  const { confirm, score, nulls, ...earlier } = request([1, 9]);
  expect([confirm, score, nulls]).toEqual([[], "log-probability", ["shifted"]]);
  expect(evaluationCount(verifyEvaluations(earlier as VerifyRequest, exampleDescription()))).toBe(asked([1, 9]));
});

it("evidence that cannot be masked is refused, and the template is left out", () => {
  expect(() => asked([0])).toThrow("Position 0 cannot be masked");
  expect(() => asked([])).toThrow("There is nothing to mask; choose");
  expect(() => asked([], { evidence: { kind: "edges", edges: [] } })).toThrow("There is nothing to mask; choose");
  expect(() => asked([], { evidence: edges([500]) })).toThrow("An edge cannot be cut from position 500");
  expect(() => asked([8])).toThrow("nothing to mask but words of the template");
  const { parts, leftOut } = partsOf(exampleDescription(), request([2, 5, 8, 7, 2]));
  expect(leftOut).toEqual([8]);
  expect(parts.map(({ kind, evidence }) => [kind, evidence])).toEqual([
    ["image", { kind: "tokens", positions: [2] }],
    ["text", { kind: "tokens", positions: [5, 7] }],
  ]);
  // Question words and words of earlier answers, as far as the set has some of them.
  expect(parts.map(({ whole }) => whole)).toEqual([
    { kind: "tokens", positions: [1, 2, 3, 4, 9, 10, 11, 12, 13, 14] },
    { kind: "tokens", positions: [5, 6, 15, 7] },
  ]);
});
