import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { exampleDescription, exampleTensors } from "../../test/support/example-run.ts";

const documented = await readFile("docs/run-file.md", "utf8");

describe("docs/run-file.md", () => {
  it.each(Object.keys(exampleDescription()))("has a row for the field %s", (field) => {
    expect(documented).toMatch(new RegExp(`^\\| \`${field}\` +\\|`, "m"));
  });

  it.each([...exampleTensors()])("has a row with the type of %s", (name, { type }) => {
    const pattern = name
      .replace(/^causal.*$/, "causal.L.H.TOKEN.marks")
      .replace(/^relevancy\.(?:exact|reference)(?!\.combined2)/, "relevancy.VARIANT")
      .replace(/^image\.\d/, "image.K")
      .replace(/\d+(?=$|\.queries)/, (digits) => (name.includes("attention") ? "L" : digits));
    expect(documented).toMatch(
      new RegExp(`^\\| \`${pattern.replaceAll(".", "\\.")}\` +\\| ${type.toUpperCase()} +\\|`, "m"),
    );
  });
});
