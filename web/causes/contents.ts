/** @file What the Causes tab shows. */
import type { TabContents, TokenMarks } from "../map/tab.ts";
import { chosenGraph, setAtRadius } from "../run/chosen-graph.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { causesMap } from "./causes-map.ts";
import CausesTab from "./CausesTab.svelte";
import { listedCauses, minimalOf } from "../../src/cause-figure/found-causes.ts";
import { verifiedMap } from "./verified/verified-map.ts";

/** The tokens within the chosen radius of the shown graph; undefined while the graph is on its way. */
function explanationMarks(run: OpenRun, shown: Selection): TokenMarks | undefined {
  const [token] = chosenTokens(run, shown);
  const query = token === undefined ? undefined : chosenGraph(run, shown, token);
  const finding = query && run.findings.causes(query);
  return finding && { explaining: new Set(setAtRadius(finding, shown.radius)) };
}

/** The words of the sets of verified causes. */
function verifiedMarks(run: OpenRun, shown: Selection): TokenMarks | undefined {
  const [token] = chosenTokens(run, shown);
  if (token === undefined) return undefined;
  const result = minimalOf(run.document.description.measures, token);
  const sets = result === undefined ? [] : listedCauses(run, result);
  return { explaining: new Set(sets.flatMap(({ kind, set }) => (kind === "text" ? set.positions : []))) };
}

export const contents: TabContents = {
  component: CausesTab,
  map: (run, shown) => (shown.causesShown === "verified" ? verifiedMap : causesMap)(run, shown),
  marks: (run, shown) => (shown.causesShown === "verified" ? verifiedMarks : explanationMarks)(run, shown),
};
