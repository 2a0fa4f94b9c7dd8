/** @file Tables in the places of a document. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { sectionNames } from "./sections.ts";
import { tableName, withTables } from "./write-tables.ts";

const document = "Before.\n\n<!-- table: causes -->\n\nNot yet.\n\n<!-- end of table: causes -->\n\nAfter.\n";

describe("withTables()", () => {
  it("replaces what stands in the place of a table, and nothing else", () => {
    const once = withTables(document, new Map([["causes", ["a  b", "1  2"]]]));
    expect(once).toBe(
      "Before.\n\n<!-- table: causes -->\n\n```text\na  b\n1  2\n```\n\n<!-- end of table: causes -->\n\nAfter.\n",
    );
    expect(withTables(once, new Map([["causes", ["a  b", "1  2"]]]))).toBe(once);
  });

  it("refuses a table without a place", () => {
    expect(() => withTables(document, new Map([["pair", []]]))).toThrow("no place for the table pair");
  });
});

it("finds a place for every table in docs/truth.md", async () => {
  const truth = await readFile("docs/truth.md", "utf8");
  const names = [...sectionNames, "pair"].flatMap((name) => [tableName(name, "first"), tableName(name, "second")]);
  expect(() => withTables(truth, new Map(names.map((name) => [name, []])))).not.toThrow();
});
