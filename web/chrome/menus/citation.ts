/** @file How a run is cited: as an entry of BibTeX. */
import type { RunDocument } from "../../../src/server/api.ts";

/** A BibTeX entry for the program, naming the run, its model and its date where one is open. */
export function citationOf(version: string, run?: Pick<RunDocument, "summary" | "description">): string {
  const year = run ? run.summary.created.slice(0, 4) : undefined;
  const note = run
    ? `Run ${run.summary.id} of ${run.description.model.name} (${run.description.model.precision}), ${run.summary.created.slice(0, 10)}`
    : undefined;
  const fields = [
    ["title", "{lvlm-interpret}: interactive explanations of vision-language models"],
    ["author", "{The lvlm-interpret contributors}"],
    ["version", version],
    ...(year === undefined ? [] : [["year", year]]),
    ...(note === undefined ? [] : [["note", note]]),
  ] as const;
  const lines = fields.map(([key, value]) => `  ${key} = {${value.replaceAll("_", String.raw`\_`)}}`);
  return `@software{lvlm_interpret,\n${lines.join(",\n")}\n}\n`;
}
