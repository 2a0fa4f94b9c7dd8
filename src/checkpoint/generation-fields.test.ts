/** @file Tests that every field of transformers' GenerationConfig has one use. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generationCases } from "../../test/support/generation-cases.ts";
import { fieldUses, harmlessFields, unusedFields } from "./generation-fields.ts";

describe("fieldUses", () => {
  test("names every field of GenerationConfig, and only one field more", () => {
    const names = [...fieldUses.keys()].toSorted();
    // A field of transformers 4 that the fifth does not know.
    expect(names.filter((name) => name !== "forced_decoder_ids")).toEqual(generationCases.fields);
  });

  test("is what docs/generation.md says", () => {
    const rows = new Map(
      Array.from(readFileSync("docs/generation.md", "utf8").matchAll(/^\| (\w+) +\| (.*)\|$/gm), ([, use, row]) => [
        use,
        row,
      ]),
    );
    const documented = [...fieldUses].filter(([name, use]) => rows.get(use)?.includes(`\`${name}\``));
    expect(documented.map(([name]) => name)).toEqual([...fieldUses.keys()]);
  });

  test("gives each one use and no two", () => {
    const listed = [...Object.keys(unusedFields), ...Object.keys(harmlessFields)];
    expect(new Set(listed).size).toBe(listed.length);
    const isHarmless = (name: string) => fieldUses.get(name) === "harmless";
    expect(Object.keys(harmlessFields).filter((name) => !isHarmless(name))).toEqual([]);
    for (const why of Object.values(harmlessFields)) expect(why).not.toBe("");
  });
});
