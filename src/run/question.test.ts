import { expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { lastQuestion } from "./question.ts";

it("the question is what the user wrote last, or the raw prompt", () => {
  const description = exampleDescription();
  expect(lastQuestion(description)).toBe("And this?");
  expect(lastQuestion({ ...description, messages: null })).toBe(description.prompt);
});
