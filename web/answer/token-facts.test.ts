/** @file Tests of what is said of the decisive word. */
import { expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { decisiveReasons } from "../../src/run/decisive-reasons.ts";
import { decisiveFacts } from "./token-facts.ts";

it("the decisive word has its reason in a sentence", () => {
  const decisive = { index: 1, text: " right ", reason: "choice" } as const;
  expect(decisiveFacts({ ...exampleDescription(), decisive })).toEqual({
    index: 1,
    word: "“right”",
    reason: decisiveReasons.choice,
  });
  // An older run does not keep the word; it is found from the answer.
  expect(decisiveFacts({ ...exampleDescription(), decisive: undefined })?.reason).toBeTypeOf("string");
});
