import { expect, it } from "vitest";
import { exampleDescription } from "../../test/support/example-run.ts";
import { vocabularyTexts } from "./vocabulary.ts";

it("names ids by the run's tokens, then alternatives, then the lens, and others by their number", () => {
  const lens = { texts: { "900": " cat", "25": "not this", "901": 7 } };
  const texts = vocabularyTexts({ ...exampleDescription(), methods: { lens } });
  expect([25, 3, 900, 901, 902].map(texts)).toEqual([" t25", "é", " cat", "#901", "#902"]);
});

it("takes a lens without texts, or with something else in their place", () => {
  for (const lens of [{}, { texts: null }, { texts: "all" }]) {
    expect(vocabularyTexts({ ...exampleDescription(), methods: { lens } })(900)).toBe("#900");
  }
});
