/** @file The one selection that every view of the report reads and may change. */
import type { sequentialColorMaps } from "../../color-map.ts";
import { heatMapDefaults } from "../../heat-map.ts";
import { imageTokenCount } from "../../map-field.ts";
import type { ReportData, ReportMap, ReportPicture, ReportWord } from "../report-data.ts";
import type { AttentionChoice, Recording } from "./recording.ts";

/** What the answer tokens are tinted by. */
export type TokenTint = "part" | "image" | "probability" | "patches";

export interface Selection extends AttentionChoice {
  /** Answer token, from 0. */
  readonly token: number;
  readonly picture: number;
  /** Index of a map of the report, or null for attention. */
  readonly map: number | null;
  /** What maps of words show: the token alone, or its word. */
  readonly scope: "token" | "word";
  /** Selected image tokens of the run. */
  readonly patches: ReadonlySet<number>;
  readonly tint: TokenTint;
  readonly opacity: number;
  readonly colorMap: (typeof sequentialColorMaps)[number];
  readonly smooth: boolean;
  readonly greyPicture: boolean;
  readonly cells: "maps" | "means";
  /** Leaves attention sinks out of every map. */
  readonly hideSinks: boolean;
}

/** The word of several tokens that a map shows for a selection, if it does. */
export function wordOf(map: ReportMap, { token, scope }: Pick<Selection, "token" | "scope">): ReportWord | undefined {
  return scope === "word" ? map.words.find(({ tokens }) => tokens.includes(token)) : undefined;
}

/** True where the map of a selection has values of both signs. */
export function isSignedMap({ maps }: ReportData, { map }: Pick<Selection, "map">): boolean {
  return map !== null && maps[map]?.rows.kind === "signed";
}

/** What a map is of: an answer token, and attention of a place or another map of the report. */
type MapChoice = Pick<Selection, "token" | "map" | "layer" | "head" | "scope">;

/** The map of a selection over the image tokens of all pictures, [I]; null where the report does not hold it. */
export function selectedMap(recording: Recording, choice: MapChoice): Float32Array | null {
  const { token, map } = choice;
  if (map === null) return recording.attentionMap(token, choice);
  const shown = recording.data.maps[map]!;
  const word = wordOf(shown, choice);
  const row = word === undefined ? shown.tokens.indexOf(token) : shown.tokens.length + shown.words.indexOf(word);
  return row < 0 ? null : recording.otherMap(row, map);
}

/** The picture on which most of a map lies; the first of equals. */
function mainPicture(pictures: readonly ReportPicture[], map: Float32Array | null): number {
  if (map === null) return 0;
  const sums = pictures.map(({ firstToken, grids }) =>
    map.subarray(firstToken, firstToken + imageTokenCount(grids)).reduce((sum, value) => sum + value, 0),
  );
  return Math.max(0, sums.indexOf(Math.max(...sums)));
}

/** What answer tokens are tinted by where nothing else is chosen. */
function defaultTint({ evidence, attention }: Pick<ReportData, "evidence" | "attention">): TokenTint {
  if (evidence !== null) return "part";
  return attention === null ? "probability" : "image";
}

/** What a report shows when it is opened: what it was made for, as far as the report holds it. */
export function initialSelection(recording: Recording): Selection {
  const { start, tokens, pictures, attention, maps } = recording.data;
  const firstWord = Math.max(
    0,
    tokens.findIndex(({ special }) => !special),
  );
  const lastLayer = attention ? attention.layers.length - 1 : null;
  const layer = start?.layer === undefined ? -1 : (attention?.layers.indexOf(start.layer) ?? -1);
  const map = maps.findIndex(({ name }) => name === start?.map);
  const choice: MapChoice = {
    token: start?.token ?? firstWord,
    map: map >= 0 ? map : attention ? null : 0,
    layer: layer >= 0 ? layer : lastLayer,
    // Heads of the first layers may have been left out of a long report.
    head: attention && layer >= attention.keptFrom ? (start?.head ?? null) : null,
    scope: "token",
  };
  const hasMap = attention !== null || maps.length > 0;
  return {
    ...choice,
    picture: hasMap ? mainPicture(pictures, selectedMap(recording, choice)) : 0,
    patches: new Set(),
    tint: defaultTint(recording.data),
    opacity: heatMapDefaults.opacity,
    colorMap: "viridis",
    smooth: heatMapDefaults.smooth,
    greyPicture: heatMapDefaults.greyPicture,
    cells: "maps",
    hideSinks: false,
  };
}

/** The selection, and how it is changed; `changed` runs after each change, once per frame. */
export interface Store {
  get(): Selection;
  set(change: Partial<Selection>): void;
}

/** A store that draws at most once per frame. */
export function openStore(initial: Selection, changed: (selection: Selection) => void): Store {
  let selection = initial;
  let waiting = false;
  return {
    get: () => selection,
    set(change) {
      selection = { ...selection, ...change };
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        changed(selection);
      });
    },
  };
}
