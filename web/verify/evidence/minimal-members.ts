/** @file The members of a set one by one: as a table, and as a selection. */
import type { Table } from "../../figures/figure.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Selection } from "../../selection/selection.ts";
import type { EvidenceMembers } from "./masked-evidence.ts";

/** A row for each patch, word and head. */
export function memberTable(
  { layout, document }: Pick<OpenRun, "layout" | "document">,
  { patches, words, heads }: EvidenceMembers,
): Table {
  const many = document.description.images.length > 1;
  return {
    columns: [
      { label: "Member", kind: "text" },
      { label: "Where", kind: "text" },
      { label: "Position", kind: "number" },
    ],
    rows: [
      ...patches.map((patch) => {
        const { position, image, cell } = layout.imageTokens[patch]!;
        const place = cell ? `row ${cell.row}, column ${cell.col}` : "";
        return ["patch", many ? `picture ${image + 1}, ${place}` : place, position] as const;
      }),
      ...words.map(({ text, from, positions }) => [text, from, positions[0]!] as const),
      ...heads.map(({ layer, head }) => [`head ${head}`, `layer ${layer}`, null] as const),
    ],
  };
}

/** What to select to see the members on the picture and in the question; undefined where none of them is there. */
export function showMembers(
  { layout }: Pick<OpenRun, "layout">,
  { patches, words }: EvidenceMembers,
): Partial<Selection> | undefined {
  const asked = words.filter(({ from }) => from === "question").flatMap(({ positions }) => positions);
  if (patches.length + asked.length === 0) return undefined;
  const picture = patches.length > 0 ? { picture: layout.imageTokens[patches[0]!]!.image } : {};
  return { mask: "selection", patches, words: asked, ...picture };
}
