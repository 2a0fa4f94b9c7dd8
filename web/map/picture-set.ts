/** @file What a view puts on the picture where it has no number for every patch: named groups of patches, such as a set of causes. */
import type { Table } from "../figures/figure.ts";
import { partOf, pixelsText, type PatchGeometry } from "../../src/figure/patch-geometry.ts";
import { partColumns } from "./part-columns.ts";
import type { MapState } from "./picture-map.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";

/** How the patches of a group look: framed in the color of a radius, or hatched. */
export type SetStyle = "radius1" | "radius2" | "radius3" | "masked";

export interface PatchGroup {
  /** Image tokens by their index among those of all pictures. A patch belongs to the first group that has it. */
  readonly patches: readonly number[];
  readonly style: SetStyle;
  /** In the legend, the tooltip and the table: "radius 1". */
  readonly label: string;
}

export interface PictureSet {
  readonly kind: "set";
  /** In bold: "Explanation set". */
  readonly subject: string;
  /** How exactly: "radius 1 to 2 of “right”, layer 5, head 2, 11 patches". */
  readonly detail: string;
  readonly groups: readonly PatchGroup[];
  /** Whether the rest of the picture is veiled. */
  readonly veil: boolean;
  /** Words that belong to the set, as the legend shows them. */
  readonly words?: readonly { readonly text: string; readonly from: "question" | "answer" }[];
  /** One sentence under the picture: "Hatched: masked patches. The rest of the picture is unchanged." */
  readonly note?: string;
}

/** What a tab gives for the picture: a map, a set, what is missing, or undefined while it is on its way. */
export type PictureState = MapState | PictureSet;

/** What a tab puts on the picture of a run, a map or a set; the second run is that of Compare. */
export type TabMap = (run: OpenRun, shown: Selection, otherRun: OpenRun | null) => PictureState;

export function isSet(state: PictureState): state is PictureSet {
  return state !== undefined && "kind" in state;
}

/** The group of a patch; undefined for one that is in none. */
export function groupOfPatch({ groups }: Pick<PictureSet, "groups">, token: number): PatchGroup | undefined {
  return groups.find(({ patches }) => patches.includes(token));
}

/** The patches of a set that lie on the picture, group by group, each once. */
export function patchesOfSet(
  { groups }: Pick<PictureSet, "groups">,
  { byToken }: Pick<PatchGeometry, "byToken">,
): { readonly group: PatchGroup; readonly tokens: readonly number[] }[] {
  const seen = new Set<number>();
  return groups.map((group) => ({
    group,
    tokens: group.patches.filter((token) => {
      if (!byToken.has(token) || seen.has(token)) return false;
      seen.add(token);
      return true;
    }),
  }));
}

/** The patches of the set on this picture as a table. */
export function setTable(set: PictureSet, geometry: PatchGeometry): Table {
  const isTiled = geometry.picture.grids.length > 1;
  return {
    columns: [
      { label: "group", kind: "text" },
      ...(isTiled ? partColumns : []),
      { label: "row", kind: "number" },
      { label: "column", kind: "number" },
      { label: "pixels", kind: "text" },
    ],
    rows: patchesOfSet(set, geometry).flatMap(({ group, tokens }) =>
      tokens.map((token) => {
        const { grid, row, col, box } = geometry.byToken.get(token)!;
        return [
          group.label,
          ...(isTiled ? [grid, partOf(geometry, { grid, row, col })] : []),
          row,
          col,
          pixelsText(box),
        ];
      }),
    ),
  };
}

/** What of a set cannot be shown on this picture, in a sentence; empty if everything can. */
export function unseenText(set: Pick<PictureSet, "groups">, { placeless, undrawn }: PatchGeometry): string {
  const members = new Set(set.groups.flatMap(({ patches }) => patches));
  const count = (tokens: readonly number[]): number => tokens.filter((token) => members.has(token)).length;
  const [without, hidden] = [count(placeless), count(undrawn)];
  const parts = [
    ...(without > 0 ? [`${without} image ${without === 1 ? "token has" : "tokens have"} no place on the picture`] : []),
    ...(hidden > 0 ? [`${hidden} ${hidden === 1 ? "patch lies" : "patches lie"} on tiles, which are not drawn`] : []),
  ];
  return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}
