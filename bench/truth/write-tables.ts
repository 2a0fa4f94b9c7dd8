/** @file Writes the printed tables into docs/truth.md, each between the marks of its place. */
import { readFile, writeFile } from "node:fs/promises";
import type { Scenes } from "./questions.ts";

/** What a table is called at its place: "causes", and of the second scenes "causes, second scenes". */
export function tableName(name: string, scenes: Scenes): string {
  return scenes === "first" ? name : `${name}, ${scenes} scenes`;
}

function marksOf(name: string): { begin: string; end: string } {
  return { begin: `<!-- table: ${name} -->`, end: `<!-- end of table: ${name} -->` };
}

/** The document with some tables in their places. Throws an Error if it has no place for one. */
export function withTables(document: string, tables: ReadonlyMap<string, readonly string[]>): string {
  let written = document;
  for (const [name, lines] of tables) {
    const { begin, end } = marksOf(name);
    const [start, stop] = [written.indexOf(begin), written.indexOf(end)];
    if (start < 0 || stop < start) {
      throw new Error(`The document has no place for the table ${name}; put "${begin}" and "${end}" where it belongs.`);
    }
    const block = ["", "```text", ...lines, "```", ""].join("\n");
    written = `${written.slice(0, start + begin.length)}\n${block}\n${written.slice(stop)}`;
  }
  return written;
}

/** Writes tables into a document. */
export async function writeTables(path: string, tables: ReadonlyMap<string, readonly string[]>): Promise<void> {
  await writeFile(path, withTables(await readFile(path, "utf8"), tables));
}
