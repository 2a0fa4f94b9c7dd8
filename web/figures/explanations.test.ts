/** @file Each explanation says all that the page promises, in its wording. */
import { describe, expect, it } from "vitest";
import { explanations, type Explanation } from "./explanations.ts";

const entries: [string, Explanation][] = Object.entries(explanations);

describe("what a figure shows", () => {
  it.each(entries)("of %s is told in whole sentences", (_, { name, ...parts }) => {
    expect(name).toMatch(/^[A-Z][^.]+$/);
    for (const [part, text] of Object.entries(parts)) {
      expect(text.length, part).toBeGreaterThan(8);
      expect(text, part).toMatch(/\.$/);
    }
  });

  it.each(entries)("of %s does not speak of models as of people, and claims no proof", (_, explanation) => {
    expect(Object.values(explanation).join(" ")).not.toMatch(/!|\b(understands?|thinks?|proves?|model looks)\b/i);
  });

  it("has its own name in each entry", () => {
    expect(new Set(entries.map(([, { name }]) => name)).size).toBe(entries.length);
  });
});
