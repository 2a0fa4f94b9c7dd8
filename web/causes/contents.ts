/** @file What the Causes tab shows. */
import type { TabContents, TokenMarks } from "../map/tab.ts";
import { chosenGraph, setAtRadius } from "../run/chosen-graph.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { causesMap } from "./causes-map.ts";
import CausesTab from "./CausesTab.svelte";

/** The tokens within the chosen radius of the shown graph; undefined while the graph is on its way. */
function explanationMarks(run: OpenRun, shown: Selection): TokenMarks | undefined {
  const [token] = chosenTokens(run, shown);
  const query = token === undefined ? undefined : chosenGraph(run, shown, token);
  const finding = query && run.findings.causes(query);
  return finding && { explaining: new Set(setAtRadius(finding, shown.radius)) };
}

export const contents: TabContents = { component: CausesTab, map: causesMap, marks: explanationMarks };
