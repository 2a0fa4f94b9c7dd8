/** @file What a tab of Explore registers: its name and keys at once, and what it shows when the tab is loaded. */
import type { Component } from "svelte";
import type { Topic } from "../figures/explanations.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import type { TabMap } from "./picture-set.ts";

/** What a tab marks on the tokens of the question and the answer, by position in the sequence. */
export interface TokenMarks {
  /** Tokens of the explanation set, which are outlined. */
  readonly explaining?: ReadonlySet<number>;
  /** Tokens that are masked, which are struck through. */
  readonly masked?: ReadonlySet<number>;
  /** Number of answer tokens that a second run also has; all if left out. */
  readonly matched?: number;
}

/** What a tab shows. */
export interface TabContents {
  readonly component: Component;
  readonly map: TabMap;
  /** Undefined while the marks are on their way. */
  readonly marks?: (run: OpenRun, shown: Selection, otherRun: OpenRun | null) => TokenMarks | undefined;
}

/** Layers of a run that the arrow keys step through. */
interface SteppedLayers {
  /** Layers with recorded attention, ascending. */
  readonly layers: readonly number[];
  /** Number of rows of the lens; row 0 is the embedding. */
  readonly lensLayers: number;
}

export interface Tab {
  readonly label: string;
  /** Explanation of the picture with the map of this tab. */
  readonly topic: (selection: Selection) => Topic;
  /** True if maps of the tab are drawn as cells unless the user says otherwise. */
  readonly drawsCells?: boolean;
  /** True if the tab shows something while an answer is being made. */
  readonly showsWork?: boolean;
  /** What arrow up (-1) and arrow down (1) change; the layer if left out. */
  readonly stepLayer?: (selection: Selection, run: SteppedLayers, step: -1 | 1) => Partial<Selection> | undefined;
  readonly load: () => Promise<{ readonly contents: TabContents }>;
}
