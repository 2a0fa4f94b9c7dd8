/** @file What a map says in numbers: the ends of its scale, ranks, the note under the legend, the words for one patch, the table. */
import { defaultRange, type ColorMapName, type ValueRange } from "../../src/figure/color-map.ts";
import { formatPercent } from "../../src/figure/figure-style.ts";
import { paddingShare } from "../../src/figure/heat-map.ts";
import { unseenNote } from "../../src/figure/map-notes.ts";
import { formatFixed } from "../../src/figure/numbers.ts";
import type { Table } from "../figures/figure.ts";
import {
  middle,
  partOf,
  patchesAt,
  pixelsText,
  valuesOfCells,
  type Patch,
  type PatchGeometry,
} from "../../src/figure/patch-geometry.ts";
import { partColumns } from "./part-columns.ts";
import type { PictureMap } from "./picture-map.ts";
import { groupOfPatch, type PictureSet } from "./picture-set.ts";

/** A map as it lies on one picture. */
export interface MapOnPicture {
  readonly map: PictureMap;
  readonly geometry: PatchGeometry;
  /** Attention sinks among the image tokens. */
  readonly sinks: ReadonlySet<number>;
  readonly hideSinks: boolean;
}

const noSinks: ReadonlySet<number> = new Set();

/** Image tokens that are hatched instead of colored. */
export function hiddenTokens({ sinks, hideSinks }: Pick<MapOnPicture, "sinks" | "hideSinks">): ReadonlySet<number> {
  return hideSinks ? sinks : noSinks;
}

/** Signed maps have one color map; the others take the one that is chosen. */
export function colorMapOf({ signed }: PictureMap, chosen: ColorMapName): ColorMapName {
  return signed ? "diverging" : chosen;
}

/** The ends of the scale: the map's own, or from 0 to the largest shown cell. */
export function rangeOf({ map, geometry, ...sinks }: MapOnPicture): ValueRange {
  if (map.range !== undefined) return map.range;
  const hidden = hiddenTokens(sinks);
  const { byToken } = geometry;
  // What is hidden stays 0, which is in every range.
  const shown = new Float32Array(byToken.size);
  let place = 0;
  for (const token of byToken.keys()) {
    if (hidden.size === 0 || !hidden.has(token)) shown[place] = map.values[token]!;
    place++;
  }
  return defaultRange(shown, colorMapOf(map, "viridis"));
}

/** An end of the scale as the legend writes it; whole numbers are exact, such as the ends of a probability. */
export function endText(value: number, { format }: Pick<PictureMap, "format">): string {
  return Number.isInteger(value) && Math.abs(value) <= 1 ? formatFixed(value, 0) : format(value);
}

/** Place of a patch among those of the picture by value, 1 for the largest; equal values share the better place. */
export function rankOf({ byToken }: PatchGeometry, values: ArrayLike<number>, token: number): number {
  const own = values[token]!;
  let rank = 1;
  for (const other of byToken.keys()) if (values[other]! > own) rank++;
  return rank;
}

/** A smaller share of a map is not worth a word. */
const namedShare = 0.005;

/**
 * Which shares of a map of one sign, over the tokens of the picture, are not to be seen on it. Values that exist at tokens alone, as those
 * of the lens, are no shares of anything; of these padding alone is named.
 */
function unseenParts(geometry: PatchGeometry, { values, smooth }: Pick<PictureMap, "values" | "smooth">): string[] {
  const { picture, grids, patches, tokens, byToken, choice, placeless, undrawn } = geometry;
  const isFinest = choice === "finest" && patches.length < byToken.size;
  if (byToken.size === tokens.length && placeless.length + undrawn.length === 0 && !isFinest) return [];
  const sizeOf = (token: number): number => {
    const size = Math.abs(values[token]!);
    return Number.isFinite(size) ? size : 0;
  };
  const sum = (of: ArrayLike<number>): number => {
    let total = 0;
    for (let i = 0; i < of.length; i++) if (of[i]! >= 0) total += sizeOf(of[i]!);
    return total;
  };
  const drawn = sum(tokens);
  let covered = 0;
  if (isFinest) {
    for (const token of byToken.keys()) covered += sizeOf(token);
    for (const { token } of patches) covered -= sizeOf(token);
  }
  const total = drawn + sum(placeless) + sum(undrawn);
  const parts: [number, string][] = [
    [
      byToken.size === tokens.length
        ? 0
        : drawn * paddingShare({ image: picture, grids, values: valuesOfCells(geometry, values) }),
      "on padding",
    ],
    [
      smooth ? sum(placeless) : 0,
      `on ${placeless.length} ${placeless.length === 1 ? "token" : "tokens"} without a place`,
    ],
    [smooth ? sum(undrawn) : 0, "on the tiles, not drawn"],
    [smooth ? covered : 0, "on coarser patches, not drawn"],
  ];
  return parts.flatMap(([part, where]) =>
    total > 0 && part / total >= namedShare ? [`${formatPercent(part / total)} ${where}`] : [],
  );
}

/** What stands at the right under the legend. */
export function noteOf({ map, geometry, sinks, hideSinks }: MapOnPicture, isLocked = false): string {
  const { byToken } = geometry;
  const hidden = hideSinks ? [...sinks].filter((token) => byToken.has(token)).length : 0;
  return [
    map.note,
    ...(map.signed ? [] : unseenParts(geometry, map)),
    unseenNote(geometry.picture, geometry.picture.grids),
    hidden > 0 ? `without ${hidden} ${hidden === 1 ? "sink" : "sinks"}` : undefined,
    isLocked ? "scale locked" : undefined,
  ]
    .filter((part) => part !== undefined && part !== "")
    .join(" · ");
}

/** A patch in words, for tooltips and screen readers. */
export interface PatchFacts {
  readonly place: string;
  /** Undefined without a map. */
  readonly value?: { readonly text: string; readonly unit: string; readonly rank: string; readonly word?: string };
  /** The group of a set that has it. */
  readonly group?: string;
  readonly pixels: string;
  readonly isSink: boolean;
}

/** What is on the picture where a patch is asked about. */
export interface PatchContext extends Pick<MapOnPicture, "geometry" | "sinks"> {
  readonly map: PictureMap | undefined;
  readonly set?: PictureSet;
}

export function patchFacts(
  { row, col, token, box, grid }: Patch,
  { map, set, geometry, sinks }: PatchContext,
): PatchFacts {
  const part = partOf(geometry, { grid, row, col });
  return {
    place: `row ${row}, column ${col}${part === "" ? "" : `, ${part}`}`,
    value: map && {
      text: map.format(map.values[token]!),
      unit: map.unit,
      rank: `${rankOf(geometry, map.values, token)} of ${geometry.byToken.size}`,
      word: map.words?.[token],
    },
    ...(set ? { group: groupOfPatch(set, token)?.label } : {}),
    pixels: pixelsText(box),
    isSink: sinks.has(token),
  };
}

/** The facts of a patch, and of the coarser ones that are drawn at its middle. */
export function placeFacts(patch: Patch, context: PatchContext): readonly [PatchFacts, ...PatchFacts[]] {
  const { geometry } = context;
  const others = geometry.choice === "each" ? patchesAt(geometry, middle(patch.box)) : [];
  const coarser = others.filter(({ token }) => token !== patch.token);
  return [patchFacts(patch, context), ...coarser.map((other) => patchFacts(other, context))];
}

/** What is spoken when the cursor comes to a place that several grids see: its patch, then the others with their values. */
export function spokenPlace([own, ...others]: readonly [PatchFacts, ...PatchFacts[]], isSelected: boolean): string {
  const also = others.map(({ place, value }) => (value === undefined ? place : `${place}, ${value.text}`));
  return [spokenPatch(own, isSelected), ...also].join("; also ");
}

/** What is spoken when the cursor comes to a patch: "row 5, column 6, 0.013, rank 11 of 196, selected". */
export function spokenPatch({ place, value, group, isSink }: PatchFacts, isSelected: boolean): string {
  return [
    place,
    ...(value ? [...(value.word === undefined ? [] : [value.word]), value.text, `rank ${value.rank}`] : []),
    ...(group === undefined ? [] : [group]),
    ...(isSink ? ["sink"] : []),
    ...(isSelected ? ["selected"] : []),
  ].join(", ");
}

/** All patches of the picture as a table. */
export function mapTable({ map, geometry, sinks }: Omit<MapOnPicture, "hideSinks">): Table {
  const patches = [...geometry.byToken.values()];
  const isTiled = geometry.picture.grids.length > 1;
  const hasSinks = patches.some(({ token }) => sinks.has(token));
  // Ranks by one sort, as there may be thousands of patches.
  const places = new Map<number, number>();
  const sorted = [...patches].sort((a, b) => map.values[b.token]! - map.values[a.token]!);
  for (const [i, { token }] of sorted.entries()) {
    const before = sorted[i - 1];
    const isEqual = before !== undefined && map.values[before.token] === map.values[token];
    places.set(token, isEqual ? places.get(before.token)! : i + 1);
  }
  return {
    columns: [
      ...(isTiled ? partColumns : []),
      { label: "row", kind: "number" },
      { label: "column", kind: "number" },
      ...(map.words ? [{ label: "word", kind: "text" } as const] : []),
      { label: "value", kind: "number", unit: map.unit },
      { label: "rank", kind: "number", unit: `of ${patches.length}` },
      ...(hasSinks ? [{ label: "sink", kind: "text" } as const] : []),
      { label: "pixels", kind: "text" },
    ],
    rows: patches.map(({ token, grid, row, col, box }) => [
      ...(isTiled ? [grid, partOf(geometry, { grid, row, col })] : []),
      row,
      col,
      ...(map.words ? [map.words[token] ?? ""] : []),
      map.values[token]!,
      places.get(token)!,
      ...(hasSinks ? [sinks.has(token) ? "yes" : ""] : []),
      pixelsText(box),
    ]),
  };
}
