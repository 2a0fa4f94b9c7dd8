/** @file The one selection that every view of the report reads and may change. */
import type { sequentialColorMaps } from "../../color-map.ts";
import type { AttentionChoice } from "./recording.ts";

/** What the answer tokens are tinted by. */
export type TokenTint = "image" | "probability" | "patches";

export interface Selection extends AttentionChoice {
  /** Answer token, from 0. */
  readonly token: number;
  readonly picture: number;
  /** Index of a map of the report, or null for attention. */
  readonly map: number | null;
  /** Selected image tokens of the run. */
  readonly patches: ReadonlySet<number>;
  readonly tint: TokenTint;
  readonly opacity: number;
  readonly colorMap: (typeof sequentialColorMaps)[number];
  readonly smooth: boolean;
  readonly greyPicture: boolean;
  readonly cells: "maps" | "means";
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
