/** @file Tests of the sentences about two runs patched into each other. */
import { expect, test } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { resultsOf } from "../run/measures.ts";
import { patchingSentences } from "./patching-text.ts";

const result = resultsOf(exampleDescription().measures, "patching")[0]!;
const names = { text: " right", own: "run A", other: "run B" };

test("say the difference, the part and the head that restore most, and what has no counterpart", () => {
  expect(patchingSentences(result, names)).toEqual([
    "run A and run B differ by 5.00 nats in how far “right” leads over what run B says in its place; shares are of this difference.",
    "Taking “chosen region” from run A in layer 0 restores 90 % of it in run B, the most of all groups but the last position.",
    "Of the single heads, head 0 of layer 0 restores most at the last position, 30 %.",
    "2 heads bring what run B says back into run A; the strongest, head 1 of layer 0, by 20 %.",
    "1 token has no counterpart in the other run and stays as it is.",
  ]);
});

test("say that no head does, and that there is nothing to restore", () => {
  const none = patchingSentences({ ...result, prior: [], unmatched: 0 }, names);
  expect(none.at(-1)).toBe("No single head brings what run B says back into run A.");
  const without = patchingSentences({ ...result, heads: undefined, prior: [], unmatched: 0 }, names);
  expect(without).toHaveLength(2);
  const same = { ...result, verdict: "nothing to restore", own: 1, other: 0.98 } as const;
  expect(patchingSentences(same, names)).toEqual([
    "Both runs give “right” nearly the same score (they differ by 0.02 nats), so there is nothing to restore.",
  ]);
});
