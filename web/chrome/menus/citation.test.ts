import { describe, expect, it } from "vitest";
import { citationOf } from "./citation.ts";

type Cited = NonNullable<Parameters<typeof citationOf>[1]>;

const run = {
  summary: { id: "r_0142", created: "2025-03-01T10:00:00.000Z" },
  description: { model: { name: "demo", precision: "f32" } },
} as Cited;

describe("the citation", () => {
  it("names version, year, run, model and date", () => {
    const text = citationOf("1.2.3", run);
    expect(text).toContain("version = {1.2.3}");
    expect(text).toContain("year = {2025}");
    expect(text).toContain(String.raw`note = {Run r\_0142 of demo (f32), 2025-03-01}`);
  });

  it("has as many closing as opening braces, with and without a run", () => {
    for (const text of [citationOf("1.2.3", run), citationOf("1.2.3")]) {
      expect(text.split("{").length).toBe(text.split("}").length);
      expect(text).not.toContain("undefined");
    }
  });
});
