/** @file Which positions the answer strip outlines: those of the explanation set, while the Causes tab is open. */
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { Selection } from "../selection/selection.ts";
import { chosenGraph, setAtRadius } from "../run/chosen-graph.ts";

/** Positions within the chosen radius of the shown graph; empty in other tabs, undefined while the graph is on its way. */
export function explainingPositions(run: OpenRun, shown: Selection): ReadonlySet<number> | undefined {
  if (shown.tab !== "causes") return new Set();
  const [token] = chosenTokens(run, shown);
  const query = token === undefined ? undefined : chosenGraph(run, shown, token);
  const finding = query && run.findings.causes(query);
  return finding && new Set(setAtRadius(finding, shown.radius));
}
