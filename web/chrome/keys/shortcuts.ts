/** @file What each key of the page does: from a key and the state it is pressed in to an action, without doing it. */
import { tabNames, type PictureMode, type Selection, type TabName } from "../../selection/selection.ts";
import { sequentialColorMaps } from "../../../src/figure/color-map.ts";
import { choose } from "../../run/token-selection.ts";
import { tabs } from "../../tabs/tabs.ts";

/** The part of a keyboard event that counts. */
export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Where the key was pressed: `text` takes every letter, `widget` takes arrows (a switch, a slider, a menu), `page` takes none. */
export type KeyPlace = "text" | "widget" | "page";

export interface KeyState {
  readonly place: KeyPlace;
  /** Whether keys without Ctrl or Alt do something. */
  readonly letterKeys: boolean;
  readonly isWorking: boolean;
  /** The drawer with a table is open. */
  readonly hasTable: boolean;
  readonly selection: Selection;
  /** The open run, as far as keys need it; null where there is none. */
  readonly run: {
    /** Answer tokens in reading order, and those that views explain now. */
    readonly tokens: readonly number[];
    readonly chosen: readonly number[];
    /** Tokens of the word of each answer token. */
    readonly wordOf: (token: number) => readonly number[];
    /** Layers and heads that can be shown, ascending. */
    readonly layers: readonly number[];
    readonly heads: number;
    /** Layers of the lens; 0 is the embedding. */
    readonly lensLayers: number;
  } | null;
}

export type KeyAction =
  | { readonly kind: "select"; readonly change: Partial<Selection> }
  | { readonly kind: "stop" | "close" | "play" | "table" | "question" | "theme" | "help" };

const select = (change: Partial<Selection>): KeyAction => ({ kind: "select", change });

/** The neighbor of `value` in a list, `step` further; from null the end that the step begins at. Stays at the ends. */
function neighbor(list: readonly number[], value: number | null, step: number): number | undefined {
  const at = value === null ? -1 : list.indexOf(value);
  if (at < 0) return step > 0 ? list[0] : list.at(-1);
  return list[Math.max(0, Math.min(list.length - 1, at + step))];
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function afterArrow(
  key: PressedKey,
  selection: Selection,
  run: NonNullable<KeyState["run"]>,
): Partial<Selection> | undefined {
  const { tokens, chosen } = run;
  if (key.key === "ArrowLeft" || key.key === "ArrowRight") {
    const step = key.key === "ArrowLeft" ? -1 : 1;
    const edge = (step < 0 ? chosen[0] : chosen.at(-1)) ?? null;
    const next = neighbor(tokens, edge, step);
    if (next === undefined) return undefined;
    const anchor = (step < 0 ? chosen.at(-1) : chosen[0]) ?? next;
    return { tokens: choose({ all: tokens, chosen }, next, { mode: key.shiftKey ? "extend" : "alone", anchor }) };
  }
  const step = key.key === "ArrowUp" ? -1 : 1;
  const { stepLayer } = tabs[selection.tab];
  if (stepLayer !== undefined) return stepLayer(selection, run, step);
  const layer = selection.layer === null ? run.layers[0] : neighbor(run.layers, selection.layer, step);
  return layer === undefined ? undefined : { layer };
}

/** Esc clears the selection: patches and words first, then tokens, then layer and head. */
function clearing({ patches, words, tokens, layer, head }: Selection): KeyAction | undefined {
  if (patches.length > 0 || words.length > 0) return select({ patches: [], words: [] });
  if (tokens !== null) return select({ tokens: null });
  return layer !== null || head !== null ? select({ layer: null, head: null }) : undefined;
}

function ofRun(key: PressedKey, { selection, run }: KeyState): KeyAction | undefined {
  if (!run) return undefined;
  switch (key.key.toLowerCase()) {
    case "arrowleft":
    case "arrowright":
    case "arrowup":
    case "arrowdown": {
      const change = afterArrow(key, selection, run);
      return change && select(change);
    }
    case "w": {
      const word = run.chosen.flatMap((token) => run.wordOf(token));
      return word.length === 0 ? undefined : select({ tokens: [...new Set(word)].sort((a, b) => a - b) });
    }
    case "[":
    case "]": {
      const head = neighbor(upTo(run.heads), selection.head, key.key === "[" ? -1 : 1);
      // A head belongs to a layer: from the mean of all, the first layer.
      const layer = selection.layer ?? run.layers[0];
      return head === undefined || layer === undefined ? undefined : select({ layer, head });
    }
    case "m":
      return select({ layer: null, head: null });
    case "p":
      return { kind: "play" };
    case "t":
      return { kind: "table" };
    case "s":
      return select({ smooth: !(selection.smooth ?? tabs[selection.tab].drawsCells !== true) });
    case "c": {
      const at = sequentialColorMaps.indexOf(selection.colorMap);
      return select({ colorMap: sequentialColorMaps[(at + 1) % sequentialColorMaps.length]! });
    }
    case "n":
      return select({ hideSinks: !selection.hideSinks });
    case "g":
      return select({ grid: !selection.grid });
    default: {
      const tab: TabName | undefined = /^[1-9]$/.test(key.key) ? tabNames[Number(key.key) - 1] : undefined;
      return tab && select({ tab });
    }
  }
}

function anywhere(key: PressedKey, { selection }: KeyState): KeyAction | undefined {
  switch (key.key.toLowerCase()) {
    case "d":
      return { kind: "theme" };
    case "?":
      return { kind: "help" };
    case "/":
      return { kind: "question" };
    case "e": {
      const mode: PictureMode = selection.mode === "edit" ? "explain" : "edit";
      return select({ place: "explore", mode });
    }
    default:
      return undefined;
  }
}

/** What a key does; undefined where it is left to the browser and to the control that has the focus. */
export function actionOfKey(key: PressedKey, state: KeyState): KeyAction | undefined {
  if (key.ctrlKey || key.metaKey || key.altKey) return undefined;
  const { place, selection } = state;
  if (key.key === "Escape") {
    if (state.isWorking) return { kind: "stop" };
    if (state.hasTable) return { kind: "close" };
    return place === "text" || selection.place !== "explore" ? undefined : clearing(selection);
  }
  const isArrow = key.key.startsWith("Arrow");
  if (place === "text" || (isArrow && place === "widget")) return undefined;
  if (!isArrow && !state.letterKeys) return undefined;
  if (isArrow && selection.place !== "explore") return undefined;
  const found = anywhere(key, state);
  if (found || selection.place !== "explore") return found;
  // Pictures are edited by keys of their own.
  if (selection.mode === "edit" && isArrow) return undefined;
  return ofRun(key, state);
}

/** The list of keys, for the help. */
export const shortcutList: readonly (readonly [keys: string, does: string])[] = [
  ["Left, Right", "token before, after"],
  ["Shift Left, Right", "extend the selection"],
  ["W", "whole word"],
  ["Up, Down", "layer"],
  ["[ ]", "head"],
  ["M", "mean of all heads"],
  ["P", "play through layers"],
  [`1 to ${tabNames.length}`, "tabs"],
  ["Space held", "no map, or the pinned one"],
  ["S", "smooth or cells"],
  ["C", "next color map"],
  ["N", "hide sinks"],
  ["G", "grid"],
  ["T", "show as table"],
  ["E", "edit the picture"],
  ["/", "write a question"],
  ["Ctrl Enter", "ask"],
  ["Esc", "stop, close, clear"],
  ["D", "light or dark"],
  ["?", "help"],
];
