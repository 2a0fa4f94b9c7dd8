/** @file What the Compare tab shows. */
import type { TabContents } from "../map/tab.ts";
import { compareMap } from "./compare-map.ts";
import CompareTab from "./CompareTab.svelte";

export const contents: TabContents = {
  component: CompareTab,
  map: compareMap,
  // Tokens of two runs are matched by their position.
  marks: (_, { compareView }, otherRun) =>
    compareView === "runs" && otherRun !== null ? { matched: otherRun.layout.answerLength } : {},
};
